// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/schema.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::metadata {
namespace {

using testing::HasSubstr;

std::string one_field(std::string_view members) {
  return R"({"schema": "site", "version": 3, "fields": [{)" + std::string(members) + "}]}";
}

std::string complaint(std::string_view json) {
  const auto schema = Schema::parse(json);
  EXPECT_FALSE(schema) << json;
  return schema ? "" : schema.error().message;
}

TEST(Schema, TheOneInTheTreeIsWhole) {
  const Schema& schema = Schema::beamport();
  EXPECT_EQ(schema.name(), "beamport");
  EXPECT_EQ(schema.version(), 1);
  EXPECT_GT(schema.fields().size(), 100U);
  for (const Field& field : schema.fields()) {
    EXPECT_FALSE(field.text.empty()) << field.name;
    EXPECT_TRUE(field.text.ends_with('.')) << field.name << ": one sentence";
    EXPECT_FALSE(field.term.empty()) << field.name;
    EXPECT_FALSE(field.group.empty()) << field.name;
    for (const std::string& other : field.alternatives) {
      EXPECT_NE(schema.find(other), nullptr) << field.name << " or " << other;
      EXPECT_NE(other, field.name);
    }
    if (field.need != Need::kRequired) {
      EXPECT_EQ(field.when, Condition::kAlways) << field.name << ": when without required";
    }
  }
}

TEST(Schema, KnowsWhatTheTableAsksFor) {
  const Schema& schema = Schema::beamport();
  const Field* energy = schema.find("photon_energy");
  ASSERT_NE(energy, nullptr);
  EXPECT_EQ(energy->type, FieldType::kNumber);
  EXPECT_EQ(energy->unit, "keV");
  EXPECT_EQ(energy->need, Need::kRequired);
  EXPECT_EQ(energy->purpose, Purpose::kScan);
  EXPECT_EQ(energy->term, "NXbeam/incident_energy");
  EXPECT_EQ(schema.find("no_such_field"), nullptr);
  EXPECT_LT(schema.order_of("dataset_name"), schema.order_of("photon_energy"));
  EXPECT_EQ(schema.order_of("p14:/imaging/lens"), schema.fields().size());
}

TEST(Schema, KeyedFieldsHaveANameBehindADot) {
  const Schema& schema = Schema::beamport();
  ASSERT_NE(schema.find("motor_position.phi"), nullptr);
  EXPECT_EQ(schema.find("motor_position.phi")->name, "motor_position");
  EXPECT_EQ(schema.find("motor_position"), nullptr);
  EXPECT_EQ(schema.find("motor_position."), nullptr);
  EXPECT_EQ(schema.find("photon_energy.x"), nullptr);
}

TEST(Schema, AFacilityAddsFields) {
  const auto site = Schema::parse(one_field(
      R"("name": "lens_position", "group": "optics", "type": "number", "unit": "mm", "text": "Where the lens is.",
         "from": ["p14:/imaging/lens"], "from_unit": "um")"));
  ASSERT_TRUE(site) << site.error().message;
  const auto both = Schema::beamport().extended_by(*site);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_NE(both->find("photon_energy"), nullptr);
  ASSERT_NE(both->find("lens_position"), nullptr);
  EXPECT_EQ(both->find("lens_position")->need, Need::kRecorded) << "unless it says so, nothing is missing without it";
  EXPECT_EQ(both->find_origin("p14:/imaging/lens"), both->find("lens_position"));
  EXPECT_FALSE(both->extended_by(*site)) << "twice";
}

TEST(Schema, ANameIsThereOnce) {
  const auto site = Schema::parse(one_field(R"("name": "photon_energy", "group": "g", "type": "text", "text": "T.")"));
  ASSERT_TRUE(site) << site.error().message;
  const auto both = Schema::beamport().extended_by(*site);
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().message, HasSubstr("photon_energy already"));
}

TEST(Schema, SaysWhatIsWrong) {
  EXPECT_THAT(complaint("{}"), HasSubstr("a schema is"));
  EXPECT_THAT(complaint("[]"), HasSubstr("a schema is"));
  EXPECT_THAT(complaint(one_field(R"("name": "A", "group": "g", "type": "text", "text": "T.")")),
              HasSubstr("/fields/0: name"));
  EXPECT_THAT(complaint(one_field(R"("name": "a", "group": "g", "type": "string", "text": "T.")")),
              HasSubstr("must be one of text, number"));
  EXPECT_THAT(complaint(one_field(R"("name": "a", "group": "g", "type": "text", "unit": "furlong", "text": "T.")")),
              HasSubstr("unit is not"));
  EXPECT_THAT(complaint(one_field(R"("name": "a", "group": "g", "type": "text", "need": "maybe", "text": "T.")")),
              HasSubstr("required, recorded, derived"));
  EXPECT_THAT(complaint(one_field(R"("name": "a", "group": "g", "type": "text", "text": "T.", "tpyo": 1)")),
              HasSubstr("tpyo is not a known member"));
  EXPECT_THAT(complaint(one_field(R"("name": "a", "group": "g", "type": "text", "text": 1)")),
              HasSubstr("text must be text"));
}

}  // namespace
}  // namespace beamport::metadata
