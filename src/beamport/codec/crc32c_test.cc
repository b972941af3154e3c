// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/crc32c.h"

#include <gtest/gtest.h>

namespace beamport::codec {
namespace {

TEST(Crc32c, KnowsTheCheckValueOfTheStandard) {
  EXPECT_EQ(crc32c(as_byte_view("123456789")), 0xE3069283U);
}

TEST(Crc32c, KnowsTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0x00})), 0x8A9136AAU);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xFF})), 0x62A8AB43U);
}

TEST(Crc32c, OfNothingIsZero) {
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(Crc32c, ContinuesOverSeveralRuns) {
  EXPECT_EQ(crc32c(as_byte_view("6789"), crc32c(as_byte_view("12345"))), 0xE3069283U);
}

}  // namespace
}  // namespace beamport::codec
