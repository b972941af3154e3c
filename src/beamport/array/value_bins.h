// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bins that values are counted in, and the counting. Types of up to 16 bits have a bin for each value. Wider types
// are counted by the leading 22 bits of their float32 pattern, put in the order of the numbers:
//
//     31   30 … 23    22 … 10             9 … 0
//     sign exponent   13 bits of mantissa dropped       negative: all bits flipped; else: sign flipped
//
// Not-finite values fall into bins of their own at both ends; finite values that float32 cannot hold count as its
// largest.
//
// New counts are 32-bit, so that those of ordinary data stay in the second-level cache, and move to 64-bit totals
// before one can overflow. Narrow types have several tables, taken in turns, and runs of equal values are counted at
// once, because adding to one number again and again waits for the store before. One thread per object.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <type_traits>

#include "beamport/array/data_type.h"
#include "beamport/array/volume_view.h"

namespace beamport {

/// Which rows of a view are counted.
enum class RowSampling : std::uint8_t {
  kEvery,
  kSixteenth,  // those with (z + y) % 16 == 0 in the view's own coordinates: the same ones in any cut into multiples of
               // 16
};

namespace binning {

inline constexpr unsigned kDroppedBits = 10;

/// Bit pattern whose unsigned order is the order of the numbers.
[[nodiscard]] constexpr std::uint32_t ordered_bits(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

[[nodiscard]] constexpr float value_of_ordered(std::uint32_t ordered) noexcept {
  return std::bit_cast<float>((ordered & 0x80000000U) != 0 ? ordered & 0x7fffffffU : ~ordered);
}

template <typename T>
[[nodiscard]] float as_float(T value) noexcept {
  if constexpr (std::is_same_v<T, double>) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    if (std::isfinite(value)) value = value > kLargest ? kLargest : value < -kLargest ? -kLargest : value;
  }
  return static_cast<float>(value);
}

template <typename T>
[[nodiscard]] std::uint32_t bin_of(T value) noexcept {
  if constexpr (sizeof(T) <= 2) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(value) - std::numeric_limits<T>::min());
  } else {
    return ordered_bits(as_float(value)) >> kDroppedBits;
  }
}

}  // namespace binning

class ValueBins {
 public:
  /// `room`: how many voxels may be counted before the 32-bit counts are emptied; smaller only for tests.
  explicit ValueBins(DataType type, std::uint64_t room = std::numeric_limits<std::uint32_t>::max());

  /// Counts the voxels of the rows that the sampling names; the view has the type and at most `room` voxels.
  void add(const VolumeView& voxels, RowSampling sampling) noexcept;

  void merge(const ValueBins& other) noexcept;

  /// Calls use(std::size_t bin, std::uint64_t count) for the bins that are not empty, in the order of the numbers.
  template <typename Use>
  void for_each(const Use& use) const {
    for (std::size_t group = 0; group < layout_.bins; group += kGroup) {
      if (empty_group(group)) continue;
      for (std::size_t bin = group; bin < group + kGroup; ++bin) {
        if (const std::uint64_t now = count(bin); now != 0) use(bin, now);
      }
    }
  }

  [[nodiscard]] std::uint64_t count(std::size_t bin) const noexcept;
  /// Whether it is a bin of finite values.
  [[nodiscard]] bool is_finite(std::size_t bin) const noexcept {
    return bin >= not_finite_ && bin < layout_.bins - not_finite_;
  }

  /// How the 32-bit counts of a type lie in memory: tables one after the other, a count is the sum over them.
  struct Layout {
    std::size_t bins = 0;  // of one table
    std::size_t tables = 0;

    [[nodiscard]] static constexpr Layout of(std::size_t bytes_per_voxel) noexcept {
      if (bytes_per_voxel == 1) return {std::size_t{1} << 8, 4};
      if (bytes_per_voxel == 2) return {std::size_t{1} << 16, 2};
      return {std::size_t{1} << (32 - binning::kDroppedBits), 1};
    }
  };

 private:
  struct Free {
    void operator()(void* counts) const noexcept { std::free(counts); }
  };
  template <typename Count>
  using Counts = std::unique_ptr<Count[], Free>;  // zeroed by the system page by page: untouched bins cost nothing

  static constexpr std::size_t kGroup = 256;  // bins looked at together; most of a wide type's are empty

  [[nodiscard]] bool empty_group(std::size_t first) const noexcept;
  void empty_recent() noexcept;

  DataType type_;
  Layout layout_;
  std::size_t not_finite_;  // bins at each end
  std::uint64_t room_;
  std::uint64_t recent_voxels_ = 0;
  Counts<std::uint32_t> recent_;
  Counts<std::uint64_t> total_;
};

}  // namespace beamport
