// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace beamport {
namespace {

template <typename T>
struct RowRange {
  using Limits = std::numeric_limits<T>;
  T low = Limits::has_infinity ? Limits::infinity() : Limits::max();
  T high = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  std::uint64_t not_finite = 0;
};

/// Without branches, so that the compiler makes vector code of it; NaN loses every comparison.
template <typename T>
void add_row(const T* row, std::int64_t width, RowRange<T>& range) noexcept {
  T low = range.low;
  T high = range.high;
  std::uint32_t not_finite = 0;
  for (std::int64_t x = 0; x < width; ++x) {
    low = row[x] < low ? row[x] : low;
    high = row[x] > high ? row[x] : high;
    if constexpr (std::is_floating_point_v<T>) not_finite += row[x] - row[x] == 0 ? 0U : 1U;
  }
  range.low = low;
  range.high = high;
  range.not_finite += not_finite;
}

template <typename T>
void add_row_carefully(const T* row, std::int64_t width, RowRange<T>& range) noexcept {
  for (std::int64_t x = 0; x < width; ++x) {
    if (!std::isfinite(static_cast<double>(row[x]))) continue;
    range.low = std::min(range.low, row[x]);
    range.high = std::max(range.high, row[x]);
  }
}

template <typename T>
ValueRange range_of_rows(const VolumeView& voxels) noexcept {
  RowRange<T> range;
  const auto for_rows = [&](const auto& add) {
    for (std::int64_t z = 0; z < voxels.extent.z; ++z) {
      for (std::int64_t y = 0; y < voxels.extent.y; ++y) add(voxels.row_as<T>(z, y), voxels.extent.x, range);
    }
  };
  for_rows(add_row<T>);
  if (range.not_finite > 0) {  // an infinity may have won
    range = {.not_finite = range.not_finite};
    for_rows(add_row_carefully<T>);
  }
  if (range.low > range.high) return {.not_finite = range.not_finite};
  return {static_cast<double>(range.low), static_cast<double>(range.high), true, range.not_finite};
}

}  // namespace

void ValueRange::include(const ValueRange& other) noexcept {
  not_finite += other.not_finite;
  if (!other.any) return;
  min = any ? std::min(min, other.min) : other.min;
  max = any ? std::max(max, other.max) : other.max;
  any = true;
}

ValueRange range_of(VolumeView voxels) noexcept {
  return visit_data_type(voxels.type, [&]<typename T>() { return range_of_rows<T>(voxels); });
}

}  // namespace beamport
