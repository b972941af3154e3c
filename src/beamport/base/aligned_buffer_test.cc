// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/aligned_buffer.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include <gtest/gtest.h>

namespace beamport {
namespace {

constexpr std::size_t kMebi = std::size_t{1} << 20;

bool aligned_to(const AlignedBuffer& buffer, std::uintptr_t alignment) {
  return reinterpret_cast<std::uintptr_t>(buffer.data()) % alignment == 0;
}

TEST(AlignedBuffer, EveryByteOfEverySizeCanBeWritten) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{4095}, 4 * kMebi - 1, 4 * kMebi, 4 * kMebi + 1, 6 * kMebi + 4096, 9 * kMebi + 5}) {
    AlignedBuffer buffer(size);
    ASSERT_EQ(buffer.size(), size);
    EXPECT_EQ(buffer.bytes().size(), size);
    EXPECT_TRUE(aligned_to(buffer, AlignedBuffer::kAlignment)) << size;
    std::memset(buffer.data(), 0x5A, size);
    EXPECT_EQ(std::as_const(buffer).bytes().back(), std::byte{0x5A});
  }
}

TEST(AlignedBuffer, LargeOnesLieWhereHugePagesFit) {
  EXPECT_TRUE(aligned_to(AlignedBuffer(4 * kMebi), 2 * kMebi));
  EXPECT_TRUE(aligned_to(AlignedBuffer(5 * kMebi + 1), 2 * kMebi));
}

TEST(AlignedBuffer, MovingLeavesAnotherOwner) {
  AlignedBuffer first(8 * kMebi);
  first.bytes().back() = std::byte{7};
  AlignedBuffer second = std::move(first);
  EXPECT_EQ(second.bytes().back(), std::byte{7});
  EXPECT_EQ(first.size(), 0U);  // NOLINT(bugprone-use-after-move): empty, as promised
  second = AlignedBuffer(16);
  EXPECT_EQ(second.size(), 16U);
  EXPECT_EQ(AlignedBuffer().size(), 0U);
}

TEST(AlignedBuffer, TooLargeIsBadAlloc) {
  EXPECT_THROW(AlignedBuffer{std::numeric_limits<std::size_t>::max()}, std::bad_alloc);
  EXPECT_THROW(AlignedBuffer{std::size_t{1} << 60}, std::bad_alloc);
}

}  // namespace
}  // namespace beamport
