// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "beamport/metadata/test_samples.h"

namespace beamport::metadata {
namespace {

using testing::HasSubstr;

const Schema& schema() {
  return Schema::beamport();
}

Result<Record> read_back(const Record& record) {
  const std::string text = write_json(to_json(record, schema()));
  BEAMPORT_ASSIGN(const Json json, parse_json(text));
  return record_from_json(json);
}

std::string complaint(std::string_view text) {
  const auto record = record_from_json(*parse_json(text));
  EXPECT_FALSE(record) << text;
  return record ? "" : record.error().message;
}

TEST(Export, TheSamplesReadBackAsTheyWere) {
  for (const char* name : {"mouse_lung_07_2_00001.json", "beamtime-metadata-11012345.json", "dataset.json",
                           "shell_rec.log", "brick.xtekct", "imagej.tif"}) {
    const Record record = record_of(sample(name));
    const auto back = read_back(record);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, record) << name;
  }
}

TEST(Export, JsonSaysTypesThatTheValueDoesNot) {
  Record record;
  record.add("acquisition_start", {.datum = Moment{"2026-03-14T09:00:40Z"}});
  record.add("description", {.datum = "2026-03-14T09:00:40Z"});
  record.add("angles", {.datum = Numbers{}});
  record.add("users", {.datum = Texts{}});
  record.add("photon_energy", {.datum = 18.5, .unit = "keV", .stated = "18500 eV"});
  record.add("photon_energy", {.datum = 18.0, .unit = "keV", .source = {.file = "b"}});
  const auto back = read_back(record);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, record);
  EXPECT_THAT(
      write_json(to_json(record, schema())),
      HasSubstr(R"("photon_energy":{"value":18.5,"unit":"keV","known":"read","stated":"18500 eV","conflicts":[{)"));
}

TEST(Export, JsonThatIsNoRecordIsRefused) {
  EXPECT_THAT(complaint("[]"), HasSubstr("/fields"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"known": "read"}}})"), HasSubstr("/fields/a has no value"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": 1, "known": "guessed"}}})"), HasSubstr("/fields/a/known"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": null, "known": "read"}}})"), HasSubstr("/fields/a/value"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": [1, "b"], "known": "read"}}})"), HasSubstr("one kind"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": [], "known": "read"}}})"), HasSubstr("without a type"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": "soon", "type": "time", "known": "read"}}})"),
              HasSubstr("no time"));
  EXPECT_THAT(complaint(R"({"fields": {"a": {"value": 1, "known": "read", "conflicts": 1}}})"), HasSubstr("conflicts"));
  EXPECT_THAT(complaint(R"({"fields": {}, "notes": [1]})"), HasSubstr("/notes"));
  EXPECT_TRUE(record_from_json(*parse_json(R"({"fields": {"a": {"value": 1, "known": "read", "later": {}}}})")));
}

TEST(Export, ScicatReadsBackThroughItsDialect) {
  Record record = record_of(sample("mouse_lung_07_2_00001.json"));
  record.merge(record_of(sample("beamtime-metadata-11012345.json")));
  const std::string text = write_json(to_scicat(record, schema()));
  EXPECT_EQ(text.find(R"("motor_position.phi")"), std::string::npos) << "a document database takes no dots";
  const auto back = read_as("export.json", text);
  ASSERT_TRUE(back) << back.error().message;
  for (const auto& [name, entry] : record.entries()) {
    const Field* field = schema().find(name);
    if (field == nullptr) continue;
    ASSERT_NE(back->find(name), nullptr) << name;
    EXPECT_TRUE(says_the_same(back->find(name)->value.datum, entry.value.datum)) << name;
    EXPECT_EQ(back->find(name)->value.unit, entry.value.unit) << name;
  }
}

TEST(Export, CompletenessIsJson) {
  Record record;
  record.add("dataset_name", {.datum = "a"});
  record.add("exposure_time", {.datum = 1.0});
  record.add("exposure_time", {.datum = 2.0});
  const std::string text = write_json(to_json(completeness_of(record, schema())));
  EXPECT_THAT(text, HasSubstr(R"("finding":{"needed":)"));
  EXPECT_THAT(text, HasSubstr(R"("missing":["facility","beamline","proposal_id",)"));
  EXPECT_THAT(text, HasSubstr(R"("conflicting":["exposure_time"],"doubtful":["exposure_time"]})"));
}

TEST(Export, JsonLdKeepsOrderAndTerms) {
  const Record record = record_of(sample("mouse_lung_07_2_00001.json"));
  const std::string text = write_json(to_json_ld(record, schema()));
  EXPECT_THAT(text, HasSubstr(R"("@context":"https://schema.org/","@type":"Dataset","name":"mouse_lung_07_2")"));
  EXPECT_THAT(text, HasSubstr(R"({"@type":"PropertyValue","name":"photon_energy","value":18.0,"unitText":"keV",)"
                              R"("propertyID":"NXbeam/incident_energy")"));
  EXPECT_THAT(text, HasSubstr(R"("name":"flat_offset","value":{"@list":[0.0,-1.0,0.0]})"));
}

TEST(Export, CsvIsSafeInASpreadsheet) {
  Record record;
  record.add("description", {.datum = "=HYPERLINK(\"x\")", .source = {.file = "a,b.json", .place = "/c"}});
  record.add("angle_start", {.datum = -90.0, .unit = "deg"});
  record.add("angle_start", {.datum = 0.0, .unit = "deg"});
  record.add("users", {.datum = Texts{"@ada", "bob"}});
  EXPECT_EQ(to_csv(record, schema()),
            "field,value,unit,known,file,place,stated,counts\r\n"
            "description,\"'=HYPERLINK(\"\"x\"\")\",,read,\"a,b.json\",/c,,yes\r\n"
            "users,'@ada; bob,,read,,,,yes\r\n"
            "angle_start,-90,deg,read,,,,yes\r\n"
            "angle_start,0,deg,read,,,,no\r\n");
}

rc::Gen<std::string> any_text() {
  return rc::gen::container<std::string>(rc::gen::element('a', '"', '\\', '\n', '\0', '/', '\xC2', '\xB5', '=', ','));
}

rc::Gen<Datum> any_datum() {
  return rc::gen::oneOf(
      rc::gen::map(any_text(), [](std::string text) { return Datum(std::move(text)); }),
      rc::gen::map(rc::gen::arbitrary<double>(), [](double number) { return Datum(number); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Datum(flag); }),
      rc::gen::map(rc::gen::inRange(1, 29), [](int day) { return Datum(*moment_of({2026, 2, day, 3, 4, 5})); }),
      rc::gen::map(rc::gen::arbitrary<Numbers>(), [](Numbers numbers) { return Datum(std::move(numbers)); }),
      rc::gen::map(rc::gen::container<Texts>(any_text()), [](Texts texts) { return Datum(std::move(texts)); }));
}

RC_GTEST_PROP(ExportProperty, AnyRecordReadsBackAsItWas, ()) {
  Record record;
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    record.add(*rc::gen::oneOf(any_text(), rc::gen::just(std::string("photon_energy"))),
               {.datum = *any_datum(),
                .unit = *any_text(),
                .known = static_cast<Known>(*rc::gen::inRange(0, 4)),
                .source = {.file = *any_text(), .place = *any_text()},
                .stated = *any_text()});
    if (*rc::gen::arbitrary<bool>()) record.note(*any_text());
  }
  const auto back = read_back(record);
  RC_LOG() << write_json(to_json(record, schema()));
  RC_ASSERT(back.has_value());
  RC_LOG() << write_json(to_json(*back, schema()));
  RC_ASSERT(*back == record);
}

}  // namespace
}  // namespace beamport::metadata
