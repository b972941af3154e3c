// SPDX-License-Identifier: Apache-2.0
#pragma once

// Voxels for tests of kernels: inside a larger allocation with gaps between rows and planes, whose bytes must stay as
// they were, and with the values that go wrong first.

#include <bit>
#include <cstddef>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/array/simd_target.h"
#include "beamport/array/volume_view.h"

namespace beamport {

using VoxelTypes = testing::Types<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t,
                                  std::uint64_t, std::int64_t, float, double>;

/// Extents that end rows at each place of a vector, with odd and even numbers of rows and planes.
inline std::vector<Extent> kernel_extents() {
  std::vector<Extent> extents{{1, 1, 1}, {5, 7, 9}, {4, 4, 64}, {1, 6, 33}, {2, 2, 1000}, {1, 1, 5000}};
  for (std::int64_t x = 1; x <= 130; ++x) extents.push_back({1 + x % 3, 1 + x % 4, x});
  return extents;
}

template <typename T>
class TestVoxels {
 public:
  /// Rows `gap` voxels apart; planes three rows apart when there is a gap.
  explicit TestVoxels(Extent extent, std::int64_t gap = 0)
      : extent_(extent),
        row_(extent.x + gap),
        plane_(row_ * (extent.y + (gap > 0 ? 3 : 0))),
        voxels_(static_cast<std::size_t>(plane_ * extent.z + 1)) {
    std::memset(voxels_.data(), kGap, voxels_.size() * sizeof(T));
  }

  [[nodiscard]] MutableVolumeView view() {
    constexpr auto kSize = static_cast<std::int64_t>(sizeof(T));
    return {reinterpret_cast<std::byte*>(voxels_.data()), extent_, {plane_ * kSize, row_ * kSize}, data_type_of<T>()};
  }
  [[nodiscard]] Extent extent() const { return extent_; }
  [[nodiscard]] T& at(std::int64_t z, std::int64_t y, std::int64_t x) {
    return voxels_[static_cast<std::size_t>(z * plane_ + y * row_ + x)];
  }

  template <typename F>
  void for_each(const F& f) {
    for (std::int64_t z = 0; z < extent_.z; ++z) {
      for (std::int64_t y = 0; y < extent_.y; ++y) {
        for (std::int64_t x = 0; x < extent_.x; ++x) f(z, y, x, at(z, y, x));
      }
    }
  }

  /// Every bit pattern of integers; of floating types numbers of all sizes and one in `rare` special.
  void fill(std::mt19937& random, unsigned rare) {
    for_each([&](auto, auto, auto, T& voxel) {
      if constexpr (std::is_integral_v<T>) {
        voxel = static_cast<T>((std::uint64_t{random()} << 32) | random());
        if (random() % 8 == 0) voxel = std::numeric_limits<T>::max();
      } else {
        using Limits = std::numeric_limits<T>;
        const T special[] = {Limits::quiet_NaN(), Limits::infinity(),   -Limits::infinity(), T{-0.0},         T{0},
                             Limits::max(),       Limits::denorm_min(), -Limits::min(),      Limits::lowest()};
        voxel = static_cast<T>(std::normal_distribution<double>(0, 1)(random));
        if (random() % rare == 0) voxel = special[random() % std::size(special)];
      }
    });
  }

  /// Bytes of everything, gaps included.
  [[nodiscard]] std::string bytes() const {
    return {reinterpret_cast<const char*>(voxels_.data()), voxels_.size() * sizeof(T)};
  }

 private:
  static constexpr int kGap = 0x5a;

  Extent extent_;
  std::int64_t row_;
  std::int64_t plane_;
  std::vector<T> voxels_;
};

/// Runs the body with each SIMD target of the machine.
template <typename F>
void with_each_simd_target(const F& body) {
  for (const std::string_view target : simd_targets()) {
    ASSERT_TRUE(limit_simd_target(target));
    SCOPED_TRACE(std::string(target));
    body();
    if (testing::Test::HasFatalFailure()) break;
  }
  use_best_simd_target();
}

}  // namespace beamport
