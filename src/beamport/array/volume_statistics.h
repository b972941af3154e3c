// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known about the values of a volume after one pass: counts, range, mean, percentiles and a histogram to draw.
// A plain value, stored with the data under attributes.beamport.statistics. NaN and infinities are counted apart and
// take no part in anything else. Counts, range and not-finite voxels are exact; mean, percentiles and histogram rest on
// the finite voxels that were counted, of large volumes a part (see value_histogram.h). Percentile: the smallest value
// with at least that share of the counted voxels at or below it, to the resolution of the histogram it was read from.

#include <cstdint>
#include <vector>

#include "beamport/array/data_type.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport {

struct Percentile {
  double percent = 0;
  double value = 0;
};

/// Equal bins over [low, high]; a value of exactly `high` belongs to the last bin.
struct Histogram {
  static constexpr std::size_t kBins = 1024;
  double low = 0;
  double high = 0;
  std::uint64_t below = 0;
  std::uint64_t above = 0;
  std::vector<std::uint64_t> counts;
};

struct VolumeStatistics {
  std::uint64_t voxel_count = 0;  // all voxels, finite or not
  std::uint64_t nan_count = 0;
  std::uint64_t infinite_count = 0;
  std::uint64_t counted = 0;  // finite voxels that mean, percentiles and histogram rest on
  double min = 0;             // of the finite voxels; 0 when there is none
  double max = 0;
  double mean = 0;                      // of the counted voxels; 0 when there is none
  std::vector<Percentile> percentiles;  // 0.1, 1, 5, 25, 50, 75, 95, 99, 99.9; empty when nothing was counted
  Histogram histogram;

  /// Linear between the listed percentiles; min and max at the ends.
  [[nodiscard]] double percentile(double percent) const noexcept;
};

/// A range of values shown from black to white.
struct ValueWindow {
  double low = 0;
  double high = 0;
};

/// Nearly all voxels: percentiles 0.1 to 99.9, or min to max where they are one value; never empty.
[[nodiscard]] ValueWindow percentile_window(const VolumeStatistics& statistics) noexcept;

/// The contrast to open with: percentiles 1 to 99 and a quarter of their distance more on either side, inside the
/// percentile window, so that a bright bead of a few per mille does not push the sample into a fifth of the greys.
/// Where nearly all voxels have one value: the percentile window. Never empty.
[[nodiscard]] ValueWindow display_window(const VolumeStatistics& statistics) noexcept;

/// The range that 8-bit previews are quantised over: the display window and half its width more on either side, inside
/// min…max, so that contrast can be widened without fetching again. For uint8 it is 0…255: nothing is lost.
[[nodiscard]] ValueWindow preview_window(const VolumeStatistics& statistics, DataType type) noexcept;

[[nodiscard]] Json to_json(const VolumeStatistics& statistics);
/// kCorrupt naming the field when something is missing or of the wrong kind.
[[nodiscard]] Result<VolumeStatistics> statistics_from_json(const Json& value);

}  // namespace beamport
