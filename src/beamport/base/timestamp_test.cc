// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/timestamp.h"

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(Timestamp, IsUtcWithWholeSeconds) {
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_timestamp(std::chrono::system_clock::from_time_t(1795402800)), "2026-11-23T03:00:00Z");
}

}  // namespace
}  // namespace beamport
