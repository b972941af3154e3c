// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the voxel type of the source to the one that is stored: unchanged, narrowed (float64 -> float32), or windowed to
// an unsigned integer. Windowing is linear, [low, high] -> [0, max of the type], rounded half up, clamped; NaN becomes
// 0. Always recorded with the data, so that value = stored * slope + intercept can be computed.

#include <cstdint>
#include <optional>

#include "beamport/array/data_type.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport::ingest {

class VoxelConversion {
 public:
  /// Keeps the type, except that float64 is narrowed to float32. kUnsupported for 64-bit integers, which viewers cannot
  /// read.
  [[nodiscard]] static Result<VoxelConversion> keep(DataType from);

  /// to: kUint8 or kUint16. The window must be finite with low < high.
  [[nodiscard]] static Result<VoxelConversion> windowed(DataType from, DataType to, ValueWindow window);

  [[nodiscard]] DataType from() const noexcept { return from_; }
  [[nodiscard]] DataType to() const noexcept { return to_; }
  [[nodiscard]] bool changes_values() const noexcept { return window_.has_value(); }
  [[nodiscard]] bool narrows() const noexcept { return from_ == DataType::kFloat64 && to_ == DataType::kFloat32; }

  /// Same extents; types as from() and to().
  void apply(VolumeView source, MutableVolumeView target) const noexcept;

  /// {"from","to","window","slope","intercept"}, or null when values are kept.
  [[nodiscard]] Json to_json() const;

 private:
  VoxelConversion(DataType from, DataType to, std::optional<ValueWindow> window)
      : from_(from), to_(to), window_(window) {}
  [[nodiscard]] double levels() const noexcept { return to_ == DataType::kUint8 ? 255.0 : 65535.0; }

  DataType from_;
  DataType to_;
  std::optional<ValueWindow> window_;
};

}  // namespace beamport::ingest
