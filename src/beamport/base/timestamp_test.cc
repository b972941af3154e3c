// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/timestamp.h"

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(Timestamp, IsUtcWithWholeSeconds) {
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::from_time_t(1795402800)), "2026-11-23T03:00:00Z");
}

std::int64_t parsed(std::string_view text) {
  const auto moment = parse_timestamp(text);
  return moment ? moment->time_since_epoch().count() : -1;
}

TEST(Timestamp, IsReadBack) {
  EXPECT_EQ(parsed("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parsed("2026-11-23T03:00:00Z"), 1795402800000);
  EXPECT_EQ(parsed("2026-11-23 04:30:00.25+01:30"), 1795402800250);
  EXPECT_EQ(parsed("2026-11-22t20:00:00.1239999-07:00"), 1795402800123);
  EXPECT_EQ(parsed("2024-02-29T23:59:60Z"), parsed("2024-03-01T00:00:00Z"));
}

TEST(Timestamp, OtherTextIsNone) {
  for (const std::string_view text :
       {"", "2026-11-23", "2026-11-23T03:00:00", "2026-11-23T03:00:00+0100", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T03:60:00Z", "2026-11-23T03:00:61Z",
        "2026-11-23T03:00:00.Z", "2026-11-23T03:00:00Z ", "1969-12-31T23:59:59Z", "+2026-1-1T00:00:00Z",
        "2026-11-23T03:00:00+24:00"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace beamport
