// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/simd_target.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(SimdTarget, TheBestIsInUseUnlessLimited) {
  use_best_simd_target();
  EXPECT_EQ(simd_target(), simd_targets().front());
  EXPECT_EQ(simd_targets().back(), "scalar");
}

TEST(SimdTarget, EachCanBeForcedAndTheLimitLifted) {
  const auto names = simd_targets();
  for (const std::string_view name : names) {
    ASSERT_TRUE(limit_simd_target(name)) << name;
    EXPECT_EQ(simd_target(), name);
    EXPECT_EQ(simd_targets(), names) << "the limit must not hide what the machine has";
  }
  use_best_simd_target();
  EXPECT_EQ(simd_target(), names.front());
}

TEST(SimdTarget, UnknownNamesAreRefusedWithTheChoices) {
  const auto refused = limit_simd_target("avx9");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message.find("scalar"), std::string::npos);
  EXPECT_EQ(simd_target(), simd_targets().front());
}

}  // namespace
}  // namespace beamport
