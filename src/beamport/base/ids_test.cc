// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/ids.h"

#include <gtest/gtest.h>

namespace beamport {
namespace {

TEST(Ids, AcceptsTwentyFourLowerCaseHexDigits) {
  const auto id = DatasetId::parse("0123456789abcdef01234567");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "0123456789abcdef01234567");
}

TEST(Ids, RefusesEverythingElse) {
  EXPECT_FALSE(DatasetId::parse(""));
  EXPECT_FALSE(DatasetId::parse("0123456789ABCDEF01234567"));
  EXPECT_FALSE(DatasetId::parse("0123456789abcdef0123456"));
  EXPECT_FALSE(DatasetId::parse("0123456789abcdef012345678"));
  EXPECT_FALSE(DatasetId::parse("../../../../etc/passwd00"));
}

}  // namespace
}  // namespace beamport
