// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/value_range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace beamport {
namespace {

template <typename T>
ValueRange range_of_rows(const VolumeView& voxels) noexcept {
  using Limits = std::numeric_limits<T>;
  T low = Limits::has_infinity ? Limits::infinity() : Limits::max();
  T high = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  for (std::int64_t z = 0; z < voxels.extent.z; ++z) {
    for (std::int64_t y = 0; y < voxels.extent.y; ++y) {
      const T* row = voxels.row_as<T>(z, y);
      for (std::int64_t x = 0; x < voxels.extent.x; ++x) {
        const T value = row[x];
        if constexpr (std::is_floating_point_v<T>) {
          if (!std::isfinite(value)) continue;
        }
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (low > high) return {};
  return {static_cast<double>(low), static_cast<double>(high), true};
}

}  // namespace

void ValueRange::include(const ValueRange& other) noexcept {
  if (!other.any) return;
  min = any ? std::min(min, other.min) : other.min;
  max = any ? std::max(max, other.max) : other.max;
  any = true;
}

ValueRange range_of(VolumeView voxels) noexcept {
  return visit_data_type(voxels.type, [&]<typename T>() { return range_of_rows<T>(voxels); });
}

}  // namespace beamport
