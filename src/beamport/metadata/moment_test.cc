// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/moment.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

std::string parsed(std::string_view text) {
  const auto moment = parse_moment(text);
  return moment ? moment->text : "nothing";
}

TEST(Moment, OneSpelling) {
  EXPECT_EQ(parsed("2022-05-13T07:45:11.000Z"), "2022-05-13T07:45:11Z");
  EXPECT_EQ(parsed("2022-05-13T07:45:10.483Z"), "2022-05-13T07:45:10.483Z");
  EXPECT_EQ(parsed("2022-05-13 07:45:10"), "2022-05-13T07:45:10");
  EXPECT_EQ(parsed("2022-05-13T07:45"), "2022-05-13T07:45:00");
  EXPECT_EQ(parsed("2026-03-14"), "2026-03-14");
}

TEST(Moment, ZonesBecomeUtc) {
  EXPECT_EQ(parsed("2026-01-01T00:30:00+01:00"), "2025-12-31T23:30:00Z");
  EXPECT_EQ(parsed("2026-12-31T23:30:00.5-0100"), "2027-01-01T00:30:00.5Z");
  EXPECT_EQ(parsed("2026-06-01T12:00:00+02"), "2026-06-01T10:00:00Z");
}

TEST(Moment, WhatIsNoDateIsRefused) {
  for (const char* text : {"", "yesterday", "2023-02-29", "2023-13-01", "2023-01-01T24:00:00", "2023-01-01T10:60:00",
                           "2023-01-01T10:00:61", "2023-01-01T", "2023-01-01T10:00:00+99:00", "2023-01-01T10:00:00.",
                           "2023-01-01T10:00:00Zulu", "20230101", "2023-1-1", "0000-01-01", "9999-12-31T23:59:59-10:00",
                           "0001-01-01T00:00:00+10:00"}) {
    EXPECT_EQ(parsed(text), "nothing") << text;
  }
}

TEST(Moment, DaysAndMonths) {
  EXPECT_EQ(parse_compact_day("20260314")->text, "2026-03-14");
  EXPECT_FALSE(parse_compact_day("20261314"));
  EXPECT_FALSE(parse_compact_day("2026031"));
  EXPECT_EQ(moment_of({2023, 3, 14, 9, 0, 40})->text, "2023-03-14T09:00:40");
  EXPECT_FALSE(moment_of({2023, 3, 14, 25, 0, 0}));
  EXPECT_EQ(month_named("July"), 7);
  EXPECT_EQ(month_named("dec"), 12);
  EXPECT_EQ(month_named("Juli"), 7);
  EXPECT_EQ(month_named("xx"), 0);
}

RC_GTEST_PROP(MomentProperty, ASpellingStaysAsItIs, ()) {
  const CivilTime time{*rc::gen::inRange(1, 10'000), *rc::gen::inRange(1, 13), *rc::gen::inRange(1, 29),
                       *rc::gen::inRange(0, 24),     *rc::gen::inRange(0, 60), *rc::gen::inRange(0, 60)};
  const auto moment = moment_of(time);
  RC_ASSERT(moment.has_value());
  RC_ASSERT(parsed(moment->text) == moment->text);
  RC_ASSERT(parsed(moment->text + "Z") == moment->text + "Z");
}

}  // namespace
}  // namespace beamport::metadata
