// SPDX-License-Identifier: Apache-2.0
#pragma once

// Counts every value of a volume while it passes by, without knowing its range beforehand. Types of up to 16 bits are
// counted exactly, one bin a value. Wider types are counted by the leading 22 bits of their float32 pattern (sign,
// exponent, 13 bits of mantissa), so a bin is at most 1/8192 of its value wide. Counting is order-independent and
// accumulators merge exactly: the same volume gives the same statistics however it was cut up and by whichever thread.
// One thread per accumulator.

#include <cstdint>
#include <memory>
#include <vector>

#include "beamport/array/value_range.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/array/volume_view.h"

namespace beamport {

class ValueHistogram {
 public:
  explicit ValueHistogram(DataType type);

  /// Counts the voxels and returns the range of the finite ones among them. The view has the accumulator's type.
  ValueRange add(VolumeView voxels) noexcept;

  void merge(const ValueHistogram& other) noexcept;

  [[nodiscard]] VolumeStatistics statistics() const;

 private:
  struct Free {
    void operator()(std::uint64_t* bins) const noexcept;
  };

  template <typename T>
  void count_all(const VolumeView& voxels) noexcept;
  template <typename T>
  void count_finite(const VolumeView& voxels) noexcept;
  [[nodiscard]] double bin_low(std::size_t bin) const noexcept;
  [[nodiscard]] double bin_high(std::size_t bin) const noexcept;
  [[nodiscard]] std::uint64_t finite_count() const noexcept { return voxel_count_ - nan_count_ - infinite_count_; }
  /// A bin that holds something: the values it spans and how many there were.
  struct Occupied {
    double low = 0;
    double high = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] std::vector<Occupied> occupied_bins() const;
  [[nodiscard]] Histogram linear_histogram(const std::vector<Occupied>& bins, ValueWindow display) const;
  [[nodiscard]] bool exact() const noexcept { return size_of(type_) <= 2; }

  DataType type_;
  std::size_t bin_count_;
  std::unique_ptr<std::uint64_t[], Free> bins_;  // zeroed by the system page by page: untouched bins cost nothing
  std::uint64_t voxel_count_ = 0;
  std::uint64_t nan_count_ = 0;
  std::uint64_t infinite_count_ = 0;
  ValueRange range_;
};

}  // namespace beamport
