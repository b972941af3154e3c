// SPDX-License-Identifier: Apache-2.0
#pragma once

// Exact voxels of a rectangle of a plane, put together from chunks. Every pixel comes from a chunk that was read whole
// and checked; when one cannot be read there is no picture.

#include <cstddef>
#include <cstdint>

#include "beamport/array/data_type.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/result.h"
#include "beamport/render/chunk_reader.h"
#include "beamport/render/plane.h"

namespace beamport::render {

/// Native type and byte order, rows from top to bottom without gaps.
struct PlaneVoxels {
  DataType type = DataType::kUint8;
  PictureSize size;
  AlignedBuffer voxels;
};

/// How many chunks a rectangle touches. The rectangle lies inside the picture.
[[nodiscard]] std::int64_t chunks_touched(const zarr::Array& array, Plane plane, std::int64_t index,
                                          const PictureBox& pixels) noexcept;

/// kNotFound unless index and rectangle lie inside the level; kOutOfRange beyond 64 MiB of voxels; kCancelled after a
/// stop request, looked for at every chunk.
[[nodiscard]] Result<PlaneVoxels> cut_plane(const RenderContext& context, const ServedImage& image, std::size_t level,
                                            Plane plane, std::int64_t index, const PictureBox& pixels);

}  // namespace beamport::render
