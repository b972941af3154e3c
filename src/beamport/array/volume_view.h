// SPDX-License-Identifier: Apache-2.0
#pragma once

// Non-owning views of voxels in memory: a pointer, an extent (z, y, x) and byte strides. Voxels along x are adjacent.
// Views are passed as parameters, never stored beyond the call. Native byte order.

#include <cstddef>
#include <cstdint>

#include "beamport/array/box.h"
#include "beamport/array/data_type.h"
#include "beamport/array/extent.h"

namespace beamport {

/// Byte steps from one voxel to the next along z and y. The step along x is the size of the type.
struct Strides {
  std::int64_t z = 0;
  std::int64_t y = 0;

  [[nodiscard]] static constexpr Strides packed(Extent extent, std::size_t bytes_per_voxel) noexcept {
    const std::int64_t row = extent.x * static_cast<std::int64_t>(bytes_per_voxel);
    return {row * extent.y, row};
  }
};

template <typename Byte>  // std::byte or const std::byte
struct BasicVolumeView {
  Byte* data = nullptr;
  Extent extent;
  Strides strides;
  DataType type = DataType::kUint8;

  BasicVolumeView() = default;
  BasicVolumeView(Byte* bytes, Extent size, Strides steps, DataType voxel_type) noexcept
      : data(bytes), extent(size), strides(steps), type(voxel_type) {}
  BasicVolumeView(Byte* bytes, Extent size, DataType voxel_type) noexcept
      : BasicVolumeView(bytes, size, Strides::packed(size, size_of(voxel_type)), voxel_type) {}

  /// A mutable view reads as a constant one.
  // NOLINTNEXTLINE(google-explicit-constructor): as std::span does
  operator BasicVolumeView<const std::byte>() const noexcept { return {data, extent, strides, type}; }

  [[nodiscard]] Byte* row(std::int64_t z, std::int64_t y) const noexcept {
    return data + z * strides.z + y * strides.y;
  }

  template <typename T>
  [[nodiscard]] auto* row_as(std::int64_t z, std::int64_t y) const noexcept {
    if constexpr (std::is_const_v<Byte>) {
      return reinterpret_cast<const T*>(row(z, y));
    } else {
      return reinterpret_cast<T*>(row(z, y));
    }
  }

  /// The part of this view inside the box, which must lie within the extent.
  [[nodiscard]] BasicVolumeView part(const Box& box) const noexcept {
    const auto step = static_cast<std::int64_t>(size_of(type));
    return {data + box.begin.z * strides.z + box.begin.y * strides.y + box.begin.x * step, box.extent(), strides, type};
  }
};

using VolumeView = BasicVolumeView<const std::byte>;
using MutableVolumeView = BasicVolumeView<std::byte>;

/// Copies voxels; both views have the same extent and type.
void copy_volume(VolumeView from, MutableVolumeView to) noexcept;

/// Whether every byte of every voxel is zero.
[[nodiscard]] bool all_zero(VolumeView view) noexcept;

/// Sets every byte of every voxel to zero.
void fill_zero(MutableVolumeView view) noexcept;

}  // namespace beamport
