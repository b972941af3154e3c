// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/metadata/test_samples.h"

namespace beamport::metadata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Reading, StatesEveryLeafOfJson) {
  Reading reading("x", "a.json");
  state_json(reading,
             *parse_json(R"({"a/b": {"~c": 1}, "list": [1, 2], "words": ["u", "v"], "mixed": [1, "v", {"d": true}],
      "nothing": null, "empty": "", "none": [], "big": 9007199254740993, "huge": 18446744073709551615})"));
  EXPECT_EQ(reading.number("/a~1b/~0c"), 1.0);
  EXPECT_EQ(*reading.see("/list"), Datum(Numbers{1, 2}));
  EXPECT_EQ(*reading.see("/words"), Datum(Texts{"u", "v"}));
  EXPECT_EQ(reading.number("/mixed/0"), 1.0);
  EXPECT_EQ(reading.text("/mixed/1"), "v");
  EXPECT_EQ(*reading.see("/mixed/2/d"), Datum(true));
  EXPECT_EQ(reading.see("/nothing"), nullptr);
  EXPECT_EQ(reading.see("/empty"), nullptr);
  EXPECT_EQ(reading.see("/none"), nullptr);
  EXPECT_EQ(*reading.see("/big"), Datum("9007199254740993")) << "no double holds it";
  EXPECT_EQ(*reading.see("/huge"), Datum("18446744073709551615"));
}

TEST(Reading, StatesLinesOfIni) {
  Reading reading("x", "a.log");
  state_ini(reading, "\xEF\xBB\xBFtop=1\r\n[A b]\r\n key = a=b \r\nkey=2\nkey=3\n\n  odd line\n[C]\nempty=\n");
  EXPECT_THAT(reading.places_below(""), ElementsAre("top", "[A b] key", "[A b] key #2", "[A b] key #3", "line 7"));
  EXPECT_EQ(reading.text("[A b] key"), "a=b");
}

TEST(Reading, WhatIsTakenIsAFieldAndTheRestKeepsItsPlace) {
  Reading reading("x", "a.json");
  reading.state("/energy", 18500.0, "eV");
  reading.state("/shutter", "open");
  EXPECT_TRUE(reading.take({"/energy", "photon_energy", "keV"})) << "the unit of the statement goes first";
  EXPECT_FALSE(reading.take({"/energy", "photon_energy"})) << "once";
  EXPECT_FALSE(reading.take({"/nowhere", "photon_energy"}));
  const Record record = reading.finish();
  EXPECT_EQ(told(record, "photon_energy"), "18.5 keV");
  EXPECT_EQ(record.find("photon_energy")->value.source, (Source{"a.json", "/energy"}));
  EXPECT_EQ(told(record, "x:/shutter"), "open");
  EXPECT_EQ(record.entries().size(), 2U);
}

TEST(Reading, WhatDoesNotFitStaysAsItIs) {
  Reading reading("x", "a.json");
  reading.state("/energy", "pink");
  EXPECT_FALSE(reading.take({"/energy", "photon_energy", "keV"}));
  EXPECT_FALSE(reading.take({"/energy", "no_such_field"}));
  const Record record = reading.finish();
  EXPECT_EQ(told(record, "photon_energy"), "-");
  EXPECT_EQ(told(record, "x:/energy"), "pink");
}

TEST(Reading, ADerivedValueDoesNotUseUpItsPlaces) {
  Reading reading("x", "a.json");
  reading.state("/n", 10.0);
  EXPECT_TRUE(reading.put("angle_range", 180.0, "deg", "/n", Known::kDerived));
  EXPECT_TRUE(reading.take({"/n", "projection_count"}));
}

TEST(Reading, ManyStatementsAreBounded) {
  Reading reading("x", "a.json");
  for (int i = 0; i < 20'000; ++i) reading.state("/same", 1.0);
  const Record record = reading.finish();
  EXPECT_LE(record.entries().size(), kRecordLimits.max_entries);
  EXPECT_THAT(record.notes(), testing::Contains(HasSubstr("left out")));
}

TEST(Reading, Quantities) {
  EXPECT_EQ(parse_quantity("28.344 mm")->number, 28.344);
  EXPECT_EQ(parse_quantity("28.344 mm")->unit, "mm");
  EXPECT_EQ(parse_quantity("20eV")->number, 20);
  EXPECT_EQ(parse_quantity("20eV")->unit, "eV");
  EXPECT_EQ(parse_quantity("-1e3 um")->number, -1000);
  EXPECT_EQ(parse_quantity(" 7 ")->unit, "");
  EXPECT_FALSE(parse_quantity("mm 7"));
  EXPECT_FALSE(parse_quantity(""));
}

}  // namespace
}  // namespace beamport::metadata
