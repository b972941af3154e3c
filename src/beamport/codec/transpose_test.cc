// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/transpose.h"

#include <array>
#include <cstdint>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::codec {
namespace {

using testing::ElementsAre;

TEST(Transpose, MakesAxisIOfTheEncodedArrayFromAxisOrderI) {
  const std::array<std::uint16_t, 6> decoded{0, 1, 2, 3, 4, 5};  // 2 × 3
  std::array<std::uint16_t, 6> encoded{};
  const std::array<std::int64_t, 2> shape{2, 3};
  const std::array<std::size_t, 2> order{1, 0};
  transpose(std::as_bytes(std::span(decoded)), std::as_writable_bytes(std::span(encoded)), shape, order, 2);
  EXPECT_THAT(encoded, ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Transpose, InThreeDimensionsPlacesEveryVoxel) {
  constexpr std::int64_t kZ = 2;
  constexpr std::int64_t kY = 3;
  constexpr std::int64_t kX = 5;
  std::array<std::uint8_t, 30> decoded{};
  std::iota(decoded.begin(), decoded.end(), std::uint8_t{0});
  std::array<std::uint8_t, 30> encoded{};
  const std::array<std::int64_t, 3> shape{kZ, kY, kX};
  const std::array<std::size_t, 3> order{2, 0, 1};  // encoded axes: x, z, y
  transpose(std::as_bytes(std::span(decoded)), std::as_writable_bytes(std::span(encoded)), shape, order, 1);
  for (std::int64_t z = 0; z < kZ; ++z) {
    for (std::int64_t y = 0; y < kY; ++y) {
      for (std::int64_t x = 0; x < kX; ++x) {
        EXPECT_EQ(encoded[static_cast<std::size_t>((x * kZ + z) * kY + y)],
                  decoded[static_cast<std::size_t>((z * kY + y) * kX + x)]);
      }
    }
  }
}

TEST(Transpose, InverseUndoesTheOrder) {
  const std::array<std::size_t, 4> order{2, 0, 3, 1};
  EXPECT_THAT(inverse_of(order), ElementsAre(1, 3, 0, 2));
}

TEST(Transpose, TellsPermutationsFromOthers) {
  EXPECT_TRUE(is_permutation(std::array<std::size_t, 3>{2, 0, 1}, 3));
  EXPECT_FALSE(is_permutation(std::array<std::size_t, 3>{2, 0, 2}, 3));
  EXPECT_FALSE(is_permutation(std::array<std::size_t, 2>{0, 1}, 3));
  EXPECT_FALSE(is_permutation(std::array<std::size_t, 3>{0, 1, 3}, 3));
}

}  // namespace
}  // namespace beamport::codec
