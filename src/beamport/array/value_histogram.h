// SPDX-License-Identifier: Apache-2.0
#pragma once

// Counts the values of a volume while it passes by, without knowing its range beforehand. Range, NaN and infinities are
// those of every voxel, always. Mean, percentiles and histogram come from the voxels of the rows that RowSampling
// names: all, or for large volumes a fixed sixteenth. Types of up to 16 bits are counted exactly, one bin a value.
// Wider types are counted by the leading 22 bits of their float32 pattern (sign, exponent, 13 bits of mantissa), so a
// bin is at most 1/8192 of its value wide. Counting is order-independent and accumulators merge exactly: the same
// volume gives the same statistics by whichever thread and however it was cut up, for kSixteenth into parts that begin
// at multiples of 16 in z and y. One thread per accumulator.

#include <cstdint>
#include <vector>

#include "beamport/array/value_bins.h"
#include "beamport/array/value_range.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/array/volume_view.h"

namespace beamport {

class ValueHistogram {
 public:
  explicit ValueHistogram(DataType type, RowSampling sampling = RowSampling::kEvery);

  /// Counts the voxels and returns the range of the finite ones among them. The view has the accumulator's type.
  ValueRange add(VolumeView voxels) noexcept;

  /// Both count the same rows of the same type.
  void merge(const ValueHistogram& other) noexcept;

  [[nodiscard]] VolumeStatistics statistics() const;

 private:
  [[nodiscard]] double bin_low(std::size_t bin) const noexcept;
  [[nodiscard]] double bin_high(std::size_t bin) const noexcept;
  /// A bin that holds something: the values it spans and how many there were.
  struct Occupied {
    double low = 0;
    double high = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] std::vector<Occupied> occupied_bins() const;
  [[nodiscard]] Histogram linear_histogram(const std::vector<Occupied>& bins, const VolumeStatistics& statistics) const;
  [[nodiscard]] bool exact() const noexcept { return size_of(type_) <= 2; }

  DataType type_;
  RowSampling sampling_;
  ValueBins bins_;
  std::uint64_t voxel_count_ = 0;
  ValueRange range_;
};

}  // namespace beamport
