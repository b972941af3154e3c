// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_histogram.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

#include "beamport/base/check.h"

namespace beamport {
namespace {

constexpr unsigned kDroppedBits = 10;
constexpr std::size_t kFloatBins = std::size_t{1} << (32 - kDroppedBits);

/// Bit pattern whose unsigned order is the order of the numbers.
constexpr std::uint32_t ordered_bits(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

constexpr float value_of_ordered(std::uint32_t ordered) noexcept {
  return std::bit_cast<float>((ordered & 0x80000000U) != 0 ? ordered & 0x7fffffffU : ~ordered);
}

template <typename T>
constexpr std::size_t bin_of(T value) noexcept {
  if constexpr (sizeof(T) <= 2) {
    return static_cast<std::size_t>(static_cast<std::int32_t>(value) - std::numeric_limits<T>::min());
  } else {
    return ordered_bits(static_cast<float>(value)) >> kDroppedBits;
  }
}

std::size_t bins_for(DataType type) {
  return size_of(type) <= 2 ? std::size_t{1} << (8 * size_of(type)) : kFloatBins;
}

constexpr std::array<double, 9> kPercents{0.1, 1, 5, 25, 50, 75, 95, 99, 99.9};

}  // namespace

void ValueHistogram::Free::operator()(std::uint64_t* bins) const noexcept {
  std::free(bins);
}

ValueHistogram::ValueHistogram(DataType type)
    : type_(type),
      bin_count_(bins_for(type)),
      bins_(static_cast<std::uint64_t*>(std::calloc(bin_count_, sizeof(std::uint64_t)))) {
  if (!bins_) throw std::bad_alloc();
}

ValueRange ValueHistogram::add(VolumeView voxels) noexcept {
  BEAMPORT_CHECK(voxels.type == type_);
  const ValueRange range = range_of(voxels);
  visit_data_type(type_, [&]<typename T>() {
    if (range.not_finite > 0) {
      count_finite<T>(voxels);
    } else {
      count_all<T>(voxels);
    }
  });
  voxel_count_ += static_cast<std::uint64_t>(voxels.extent.volume());
  range_.include(range);
  return range;
}

template <typename T>
void ValueHistogram::count_all(const VolumeView& voxels) noexcept {
  std::uint64_t* const bins = bins_.get();
  for (std::int64_t z = 0; z < voxels.extent.z; ++z) {
    for (std::int64_t y = 0; y < voxels.extent.y; ++y) {
      const T* row = voxels.row_as<T>(z, y);
      for (std::int64_t x = 0; x < voxels.extent.x; ++x) ++bins[bin_of(row[x])];
    }
  }
}

template <typename T>
void ValueHistogram::count_finite(const VolumeView& voxels) noexcept {
  for (std::int64_t z = 0; z < voxels.extent.z; ++z) {
    for (std::int64_t y = 0; y < voxels.extent.y; ++y) {
      const T* row = voxels.row_as<T>(z, y);
      for (std::int64_t x = 0; x < voxels.extent.x; ++x) {
        const auto value = static_cast<double>(row[x]);
        if (std::isnan(value)) {
          ++nan_count_;
        } else if (std::isinf(value)) {
          ++infinite_count_;
        } else {
          ++bins_[bin_of(row[x])];
        }
      }
    }
  }
}

void ValueHistogram::merge(const ValueHistogram& other) noexcept {
  BEAMPORT_CHECK(type_ == other.type_);
  for (std::size_t i = 0; i < bin_count_; ++i) {
    if (other.bins_[i] != 0) bins_[i] += other.bins_[i];
  }
  voxel_count_ += other.voxel_count_;
  nan_count_ += other.nan_count_;
  infinite_count_ += other.infinite_count_;
  range_.include(other.range_);
}

double ValueHistogram::bin_low(std::size_t bin) const noexcept {
  if (exact()) {
    const double offset = type_ == DataType::kInt8 ? -128.0 : type_ == DataType::kInt16 ? -32768.0 : 0.0;
    return offset + static_cast<double>(bin);
  }
  const auto ordered = static_cast<std::uint32_t>(bin << kDroppedBits);
  return std::max(static_cast<double>(value_of_ordered(ordered)), range_.min);
}

double ValueHistogram::bin_high(std::size_t bin) const noexcept {
  if (exact()) return bin_low(bin);
  const auto ordered = static_cast<std::uint32_t>((bin << kDroppedBits) | ((1U << kDroppedBits) - 1));
  return std::min(static_cast<double>(value_of_ordered(ordered)), range_.max);
}

std::vector<ValueHistogram::Occupied> ValueHistogram::occupied_bins() const {
  std::vector<Occupied> occupied;
  for (std::size_t bin = 0; bin < bin_count_; ++bin) {
    if (bins_[bin] != 0) occupied.push_back({bin_low(bin), bin_high(bin), bins_[bin]});
  }
  return occupied;
}

Histogram ValueHistogram::linear_histogram(const std::vector<Occupied>& bins, ValueWindow display) const {
  // Outliers would squeeze the picture into one bin: show the display window three times as wide, within the range.
  const double margin = display.high - display.low;
  Histogram histogram;
  histogram.low = std::max(range_.min, display.low - margin);
  histogram.high = std::min(range_.max, display.high + margin);
  if (!is_floating(type_)) {
    // A whole number of values in each bin, so that no bin is empty only because of where its borders fall.
    histogram.low = std::floor(histogram.low);
    const double values = std::ceil(histogram.high) - histogram.low + 1;
    histogram.high = histogram.low + std::ceil(values / Histogram::kBins) * Histogram::kBins;
  }
  if (!(histogram.high > histogram.low)) histogram.high = histogram.low + 1;
  histogram.counts.assign(Histogram::kBins, 0);
  const double scale = Histogram::kBins / (histogram.high - histogram.low);
  for (const Occupied& bin : bins) {
    const double centre = (bin.low + bin.high) / 2;
    if (centre < histogram.low) {
      histogram.below += bin.count;
    } else if (centre > histogram.high) {
      histogram.above += bin.count;
    } else {
      const auto place = static_cast<std::size_t>((centre - histogram.low) * scale);
      histogram.counts[std::min(place, Histogram::kBins - 1)] += bin.count;
    }
  }
  return histogram;
}

VolumeStatistics ValueHistogram::statistics() const {
  const std::vector<Occupied> bins = occupied_bins();
  VolumeStatistics result;
  result.voxel_count = voxel_count_;
  result.nan_count = nan_count_;
  result.infinite_count = infinite_count_;
  if (range_.any) {
    result.min = range_.min;
    result.max = range_.max;
    const auto finite = static_cast<double>(finite_count());
    for (const Occupied& bin : bins)
      result.mean += (bin.low + bin.high) / 2 * (static_cast<double>(bin.count) / finite);
    auto bin = bins.begin();
    std::uint64_t passed = 0;
    for (const double percent : kPercents) {
      const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(percent / 100 * finite)));
      while (passed + bin->count < rank && bin + 1 != bins.end()) passed += (bin++)->count;
      const double share = static_cast<double>(rank - passed) / static_cast<double>(bin->count);
      result.percentiles.push_back({percent, bin->low + share * (bin->high - bin->low)});
    }
  }
  result.histogram = linear_histogram(bins, display_window(result));
  return result;
}

}  // namespace beamport
