// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/bit_planes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/highway.h>

namespace beamport {
namespace {

/// Bit by bit, as the header draws it.
Bytes planes_of(ByteView from, std::size_t element_size) {
  const std::size_t count = from.size() / element_size;
  Bytes planes(from.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t bit = 0; bit < 8 * element_size; ++bit) {
      const std::byte set = (from[i * element_size + bit / 8] >> (bit % 8)) & std::byte{1};
      planes[bit * (count / 8) + i / 8] |= set << (i % 8);
    }
  }
  return planes;
}

Bytes noise(std::size_t size) {
  std::mt19937 random(11);
  Bytes bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::byte>(random()); });
  return bytes;
}

/// One test for each set of vector instructions that this machine has.
class BitPlanesOn : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

TEST_P(BitPlanesOn, PutsEveryBitInItsPlane) {
  for (const std::size_t element_size : {1U, 2U, 4U, 8U}) {
    // Parts of a tile, whole ones, and both; up to several kilobytes.
    for (const std::size_t count : {0U, 8U, 16U, 504U, 512U, 520U, 1016U, 1024U, 2120U, 3840U}) {
      const Bytes from = noise(count * element_size);
      Bytes planes(from.size());
      split_bit_planes(from, planes, element_size);
      ASSERT_EQ(planes, planes_of(from, element_size)) << count << " elements of " << element_size;
    }
  }
}

TEST_P(BitPlanesOn, TakesAnyAlignmentAndWritesNothingAround) {
  constexpr std::size_t kSize = std::size_t{4} * 1032;
  constexpr std::byte kUntouched{0xC3};
  const Bytes from = noise(kSize + 64);
  for (const std::size_t offset : {1U, 3U, 17U, 63U}) {
    const ByteView elements = ByteView(from).subspan(offset, kSize);
    Bytes guarded(kSize + 128, kUntouched);
    split_bit_planes(elements, MutableByteView(guarded).subspan(offset, kSize), 4);
    EXPECT_TRUE(std::ranges::equal(ByteView(guarded).subspan(offset, kSize), planes_of(elements, 4))) << offset;
    const auto untouched = [](std::byte byte) { return byte == kUntouched; };
    EXPECT_TRUE(std::ranges::all_of(ByteView(guarded).first(offset), untouched));
    EXPECT_TRUE(std::ranges::all_of(ByteView(guarded).subspan(offset + kSize), untouched));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, BitPlanesOn, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& info) { return hwy::TargetName(info.param); });

TEST(BitPlanes, KeepsTheHighBitsOfCountsTogether) {
  std::array<std::uint16_t, 8> counts{1, 3, 1, 0, 1, 1, 1, 2};
  Bytes planes(sizeof(counts));
  split_bit_planes(std::as_bytes(std::span(counts)), planes, 2);
  EXPECT_EQ(planes[0], std::byte{0b01110111});
  EXPECT_EQ(planes[1], std::byte{0b10000010});
  EXPECT_TRUE(std::all_of(planes.begin() + 2, planes.end(), [](std::byte byte) { return byte == std::byte{0}; }));
}

TEST(BitPlanes, KnowsTheElementsItTakes) {
  EXPECT_TRUE(has_bit_planes(4));
  EXPECT_FALSE(has_bit_planes(0));
  EXPECT_FALSE(has_bit_planes(3));
  EXPECT_FALSE(has_bit_planes(16));
}

}  // namespace
}  // namespace beamport
