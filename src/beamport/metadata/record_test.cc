// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/record.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Value from(std::string file, Datum datum, Known known = Known::kRead, std::string unit = {}) {
  return {.datum = std::move(datum), .unit = std::move(unit), .known = known, .source = {.file = std::move(file)}};
}

const Field& field(std::string_view name) {
  return *Schema::beamport().find(name);
}

TEST(Record, TheFirstOfEqualsCountsAndTheOtherStaysVisible) {
  Record record;
  record.add("photon_energy", from("a.json", 18.0));
  record.add("photon_energy", from("b.log", 17.5));
  record.add("photon_energy", from("c.log", 18.0));
  const Entry* entry = record.find("photon_energy");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->value, from("a.json", 18.0));
  EXPECT_THAT(entry->conflicts, ElementsAre(from("b.log", 17.5)));
}

TEST(Record, TypedGoesBeforeReadBeforeDerivedBeforeDefault) {
  Record record;
  record.add("sample_name", from("", "unnamed", Known::kDefault));
  record.add("sample_name", from("path", "scan_7", Known::kDerived));
  record.add("sample_name", from("a.json", "lung", Known::kRead));
  record.add("sample_name", from("ada", "mouse lung", Known::kTyped));
  const Entry* entry = record.find("sample_name");
  EXPECT_EQ(entry->value.datum, Datum("mouse lung"));
  ASSERT_EQ(entry->conflicts.size(), 3U);
  EXPECT_EQ(entry->conflicts[0].datum, Datum("lung"));
  EXPECT_EQ(entry->conflicts[1].datum, Datum("scan_7"));
  EXPECT_EQ(entry->conflicts[2].datum, Datum("unnamed"));
}

TEST(Record, AValueThatCountsMoreReplacesAnEqualOne) {
  Record record;
  record.add("projection_count", from("path", 1200.0, Known::kDerived));
  record.add("projection_count", from("a.json", 1200.0, Known::kRead));
  EXPECT_EQ(record.find("projection_count")->value.known, Known::kRead);
  EXPECT_THAT(record.find("projection_count")->conflicts, IsEmpty());
}

TEST(Record, AnotherUnitIsAnotherValue) {
  Record record;
  record.add("photon_energy", from("a", 18.0, Known::kRead, "keV"));
  record.add("photon_energy", from("b", 18.0, Known::kRead, "widgets"));
  EXPECT_EQ(record.find("photon_energy")->conflicts.size(), 1U);
}

TEST(Record, FitsTypeAndUnitOfTheField) {
  const auto energy = fitted(field("photon_energy"), from("a", "18500", Known::kRead, "eV"));
  ASSERT_TRUE(energy);
  EXPECT_EQ(energy->datum, Datum(18.5));
  EXPECT_EQ(energy->unit, "keV");
  EXPECT_EQ(energy->stated, "18500 eV");
  const auto distances = fitted(field("detector_distances"), from("a", Numbers{0.067, 0.076}, Known::kRead, "m"));
  ASSERT_TRUE(distances);
  EXPECT_EQ(distances->datum, Datum(Numbers{67, 76}));
  const auto pixel = fitted(field("effective_pixel_size_x"), from("a", 0.65, Known::kRead, "\xC2\xB5m"));
  EXPECT_EQ(pixel->unit, "um");
  EXPECT_EQ(pixel->stated, "");
}

TEST(Record, DoesNotGuessUnits) {
  EXPECT_EQ(fitted(field("photon_energy"), from("a", 18.0))->unit, "");
  EXPECT_EQ(fitted(field("photon_energy"), from("a", 18.0, Known::kRead, "widgets"))->unit, "widgets");
  const auto other = fitted(field("rotation_axis_shift"), from("a", -0.02, Known::kRead, "mm"));
  EXPECT_EQ(other->unit, "mm");
  EXPECT_EQ(other->datum, Datum(-0.02));
  EXPECT_FALSE(fitted(field("photon_energy"), from("a", "Polychromatic radiation")));
}

TEST(Record, EverythingIsBounded) {
  Record record;
  record.add("description", from("a", std::string(100'000, 'x')));
  EXPECT_EQ(std::get<std::string>(record.find("description")->value.datum).size(), kRecordLimits.max_text_bytes);
  EXPECT_THAT(record.notes(), ElementsAre(HasSubstr("description: only the first 16384 of 100000 bytes")));
  for (int i = 0; i < 100; ++i) record.add("conflict", from("a", static_cast<double>(i)));
  EXPECT_EQ(record.find("conflict")->conflicts.size(), kRecordLimits.max_values_per_field - 1);
  for (int i = 0; i < 10'000; ++i) record.add("x:" + std::to_string(i), from("a", 1.0));
  EXPECT_EQ(record.entries().size(), kRecordLimits.max_entries);
  EXPECT_LE(record.notes().size(), kRecordLimits.max_notes);
  Record large;
  for (int i = 0; i < 100; ++i) large.add("n:" + std::to_string(i), from("a", Numbers(90'000, 1.0)));
  EXPECT_LT(large.entries().size(), 30U) << "16 MiB of numbers";
}

TEST(Record, TextIsUtf8AndNumbersAreFinite) {
  Record record;
  record.add("a", from("a", "\xB5m"));
  record.add("b", from("a", std::numeric_limits<double>::infinity()));
  record.add("c", from("a", Numbers{1, std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_EQ(record.find("a")->value.datum, Datum("\xC2\xB5m"));
  EXPECT_EQ(record.find("b")->value.datum, Datum("inf"));
  EXPECT_EQ(record.find("c")->value.datum, Datum(Texts{"1", "nan"}));
}

TEST(Record, AFacilityGivesNamesToWhatWasUnknown) {
  const auto site = Schema::parse(R"({"schema": "site", "version": 1, "fields": [
      {"name": "lens_position", "group": "optics", "type": "number", "unit": "mm", "text": "Where the lens is.",
       "from": ["p14:/imaging/lens", "p14:/imaging/words"], "from_unit": "um"}]})");
  ASSERT_TRUE(site) << site.error().message;
  Record record;
  record.add("p14:/imaging/lens", from("a", 1500.0));
  record.add("p14:/imaging/words", from("a", "far"));
  record.add("p14:/imaging/other", from("a", "kept"));
  const Record known = with_known_names(record, *site);
  ASSERT_NE(known.find("lens_position"), nullptr);
  EXPECT_EQ(known.find("lens_position")->value.datum, Datum(1.5));
  EXPECT_EQ(known.find("p14:/imaging/lens"), nullptr);
  EXPECT_NE(known.find("p14:/imaging/words"), nullptr) << "no number: it stays where it was";
  EXPECT_NE(known.find("p14:/imaging/other"), nullptr);
}

rc::Gen<Value> any_value() {
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 4), rc::gen::inRange(0, 3), rc::gen::inRange(0, 3)),
                      [](const std::tuple<int, int, int>& parts) {
                        return from(std::string(1, static_cast<char>('a' + std::get<2>(parts))),
                                    static_cast<double>(std::get<1>(parts)), static_cast<Known>(std::get<0>(parts)));
                      });
}

rc::Gen<Record> any_record() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::pair<int, Value>>>(rc::gen::pair(rc::gen::inRange(0, 3), any_value())),
      [](const std::vector<std::pair<int, Value>>& values) {
        Record record;
        for (const auto& [name, value] : values) record.add("field_" + std::to_string(name), value);
        return record;
      });
}

Record merged(const Record& a, const Record& b) {
  Record result = a;
  result.merge(b);
  return result;
}

RC_GTEST_PROP(RecordProperty, BracketsDoNotMatter, ()) {
  const Record a = *any_record();
  const Record b = *any_record();
  const Record c = *any_record();
  RC_ASSERT(merged(merged(a, b), c) == merged(a, merged(b, c)));
}

RC_GTEST_PROP(RecordProperty, MergingWithItselfOrNothingChangesNothing, ()) {
  const Record a = *any_record();
  RC_ASSERT(merged(a, a) == a);
  RC_ASSERT(merged(a, Record()) == a);
  RC_ASSERT(merged(Record(), a) == a);
}

RC_GTEST_PROP(RecordProperty, NothingThatDisagreesIsLost, ()) {
  const Record a = *any_record();
  const Record b = *any_record();
  const Record both = merged(a, b);
  for (const Record* part : {&a, &b}) {
    for (const auto& [name, entry] : part->entries()) {
      std::vector<Value> wanted = entry.conflicts;
      wanted.push_back(entry.value);
      for (const Value& value : wanted) {
        const Entry* found = both.find(name);
        RC_ASSERT(found != nullptr);
        RC_ASSERT(found->value.known >= value.known);
        bool there = says_the_same(found->value.datum, value.datum);
        for (const Value& other : found->conflicts) there = there || says_the_same(other.datum, value.datum);
        RC_ASSERT(there);
      }
    }
  }
}

}  // namespace
}  // namespace beamport::metadata
