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

TEST(Crc32c, OfJoinedRunsFollowsFromTheirOwn) {
  Bytes bytes(100'003);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 2654435761U >> 13);
  const ByteView whole(bytes);
  for (const std::size_t split :
       {std::size_t{0}, std::size_t{1}, std::size_t{77}, std::size_t{65536}, bytes.size() - 1, bytes.size()}) {
    const ByteView tail = whole.subspan(split);
    EXPECT_EQ(crc32c_of_joined(crc32c(whole.first(split)), crc32c(tail), tail.size()), crc32c(whole)) << split;
  }
}

TEST(Crc32c, OfJoinedRunsHoldsForLengthsBeyondMemory) {
  // Zeros after zeros: the same whichever way 2^40 of them are cut.
  const auto zeros = [](int doublings) {
    std::uint32_t crc = crc32c(Bytes(1, std::byte{0}));
    for (int i = 0; i < doublings; ++i) crc = crc32c_of_joined(crc, crc, std::uint64_t{1} << i);
    return crc;
  };
  EXPECT_EQ(zeros(5), 0x8A9136AAU);
  EXPECT_EQ(crc32c_of_joined(zeros(40), zeros(35), std::uint64_t{1} << 35),
            crc32c_of_joined(zeros(35), zeros(40), std::uint64_t{1} << 40));
}

}  // namespace
}  // namespace beamport::codec
