// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "beamport/base/check.h"

namespace beamport {
namespace {

constexpr std::array<double, 9> kPercents{0.1, 1, 5, 25, 50, 75, 95, 99, 99.9};

// What is counted right after its range was found, while it is in the cache; multiples of 16 for RowSampling.
constexpr std::int64_t kPlanes = 16;
constexpr std::int64_t kRows = 64;

}  // namespace

ValueHistogram::ValueHistogram(DataType type, RowSampling sampling) : type_(type), sampling_(sampling), bins_(type) {}

ValueRange ValueHistogram::add(VolumeView voxels) noexcept {
  BEAMPORT_CHECK(voxels.type == type_);
  ValueRange range;
  const Extent whole = voxels.extent;
  for (std::int64_t z = 0; z < whole.z; z += kPlanes) {
    for (std::int64_t y = 0; y < whole.y; y += kRows) {
      const Extent size = min_of({kPlanes, kRows, whole.x}, {whole.z - z, whole.y - y, whole.x});
      const VolumeView part = voxels.part(Box::at({z, y, 0}, size));
      range.include(range_of(part));
      bins_.add(part, sampling_);
    }
  }
  voxel_count_ += static_cast<std::uint64_t>(whole.volume());
  range_.include(range);
  return range;
}

void ValueHistogram::merge(const ValueHistogram& other) noexcept {
  BEAMPORT_CHECK(type_ == other.type_ && sampling_ == other.sampling_);
  bins_.merge(other.bins_);
  voxel_count_ += other.voxel_count_;
  range_.include(other.range_);
}

double ValueHistogram::bin_low(std::size_t bin) const noexcept {
  if (exact()) {
    const double offset = type_ == DataType::kInt8 ? -128.0 : type_ == DataType::kInt16 ? -32768.0 : 0.0;
    return offset + static_cast<double>(bin);
  }
  const auto ordered = static_cast<std::uint32_t>(bin << binning::kDroppedBits);
  return std::max(static_cast<double>(binning::value_of_ordered(ordered)), range_.min);
}

double ValueHistogram::bin_high(std::size_t bin) const noexcept {
  if (exact()) return bin_low(bin);
  const auto ordered = static_cast<std::uint32_t>((bin << binning::kDroppedBits) | ((1U << binning::kDroppedBits) - 1));
  return std::min(static_cast<double>(binning::value_of_ordered(ordered)), range_.max);
}

std::vector<ValueHistogram::Occupied> ValueHistogram::occupied_bins() const {
  std::vector<Occupied> occupied;
  bins_.for_each([&](std::size_t bin, std::uint64_t count) {
    if (bins_.is_finite(bin)) occupied.push_back({bin_low(bin), bin_high(bin), count});
  });
  return occupied;
}

Histogram ValueHistogram::linear_histogram(const std::vector<Occupied>& bins,
                                           const VolumeStatistics& statistics) const {
  // The whole range would squeeze the picture into one bin when there are outliers: show nearly all voxels, and the
  // display window at least three times as wide.
  const ValueWindow nearly_all = percentile_window(statistics);
  const ValueWindow display = display_window(statistics);
  const double margin = display.high - display.low;
  Histogram histogram;
  histogram.low = std::max(range_.min, std::min(nearly_all.low, display.low - margin));
  histogram.high = std::min(range_.max, std::max(nearly_all.high, display.high + margin));
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
  result.nan_count = range_.nan;
  result.infinite_count = range_.not_finite - range_.nan;
  if (range_.any) {
    result.min = range_.min;
    result.max = range_.max;
  }
  for (const Occupied& bin : bins) result.counted += bin.count;
  if (result.counted > 0) {
    const auto counted = static_cast<double>(result.counted);
    for (const Occupied& bin : bins)
      result.mean += (bin.low + bin.high) / 2 * (static_cast<double>(bin.count) / counted);
    auto bin = bins.begin();
    std::uint64_t passed = 0;
    for (const double percent : kPercents) {
      const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(percent / 100 * counted)));
      while (passed + bin->count < rank && bin + 1 != bins.end()) passed += (bin++)->count;
      const double share = static_cast<double>(rank - passed) / static_cast<double>(bin->count);
      result.percentiles.push_back({percent, bin->low + share * (bin->high - bin->low)});
    }
  }
  result.histogram = linear_histogram(bins, result);
  return result;
}

}  // namespace beamport
