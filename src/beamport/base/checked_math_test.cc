// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/checked_math.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(CheckedMath, MultipliesUntilItNoLongerFits) {
  EXPECT_EQ(checked_multiply(std::int64_t{16384}, std::int64_t{16384}, std::int64_t{4}), std::int64_t{1} << 30);
  const std::int64_t huge = std::int64_t{1} << 31;
  EXPECT_EQ(checked_multiply(huge, huge, std::int64_t{4}), std::nullopt);
}

TEST(CheckedMath, AddsUntilItNoLongerFits) {
  EXPECT_EQ(checked_add(std::uint64_t{1}, std::uint64_t{2}), 3U);
  EXPECT_EQ(checked_add(std::numeric_limits<std::uint64_t>::max(), std::uint64_t{1}), std::nullopt);
}

TEST(CheckedMath, CastsOnlyWhatFits) {
  EXPECT_EQ(checked_cast<std::uint8_t>(255), 255);
  EXPECT_EQ(checked_cast<std::uint8_t>(256), std::nullopt);
  EXPECT_EQ(checked_cast<std::uint32_t>(-1), std::nullopt);
}

TEST(CheckedMath, RoundsUp) {
  EXPECT_EQ(ceil_divide(135, 64), 3);
  EXPECT_EQ(ceil_divide(0, 64), 0);
  EXPECT_EQ(round_up(4097, 4096), 8192);
}

}  // namespace
}  // namespace beamport
