// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/plane_cut.h"

#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "beamport/array/volume_view.h"
#include "beamport/base/check.h"

namespace beamport::render {
namespace {

constexpr std::int64_t kMaxCutBytes = std::int64_t{64} << 20;

Box chunks_of(const Box& voxels, Extent chunk) {
  return {{voxels.begin.z / chunk.z, voxels.begin.y / chunk.y, voxels.begin.x / chunk.x},
          {ceil_divide(voxels.end.z, chunk.z), ceil_divide(voxels.end.y, chunk.y), ceil_divide(voxels.end.x, chunk.x)}};
}

Point at_position(const Box& box, std::int64_t position) {
  const Extent extent = box.extent();
  return {box.begin.z + position / (extent.y * extent.x), box.begin.y + position / extent.x % extent.y,
          box.begin.x + position % extent.x};
}

Box moved(const Box& box, Point by) {
  return {{box.begin.z - by.z, box.begin.y - by.y, box.begin.x - by.x},
          {box.end.z - by.z, box.end.y - by.y, box.end.x - by.x}};
}

/// One column of voxels per (z, y) becomes pixel (u = z, v = y). Goes through a small block with v outermost, so that
/// the picture, whose rows are far apart, is written in runs.
template <typename Voxel>
void copy_zy(VolumeView from, MutableVolumeView to) {
  const std::int64_t height = from.extent.y;
  const std::int64_t width = from.extent.z;
  std::vector<Voxel> block(static_cast<std::size_t>(height * width));
  for (std::int64_t z = 0; z < width; ++z) {
    for (std::int64_t y = 0; y < height; ++y) {
      std::memcpy(&block[static_cast<std::size_t>(y * width + z)], from.row(z, y), sizeof(Voxel));
    }
  }
  for (std::int64_t y = 0; y < height; ++y) {
    std::memcpy(to.row(0, y), &block[static_cast<std::size_t>(y * width)],
                static_cast<std::size_t>(width) * sizeof(Voxel));
  }
}

/// `from` is one voxel thick along the plane's normal; `to` is the matching part of the picture (1, height, width).
void copy_slice(Plane plane, VolumeView from, MutableVolumeView to) {
  switch (plane) {
    case Plane::kXy:
      return copy_volume(from, to);
    case Plane::kXz:
      return copy_volume({from.data, {1, from.extent.z, from.extent.x}, {0, from.strides.z}, from.type}, to);
    case Plane::kZy:
      switch (size_of(from.type)) {
        case 1:
          return copy_zy<std::uint8_t>(from, to);
        case 2:
          return copy_zy<std::uint16_t>(from, to);
        case 4:
          return copy_zy<std::uint32_t>(from, to);
        case 8:
          return copy_zy<std::uint64_t>(from, to);
        default:
          check_failed("a voxel of 1, 2, 4 or 8 bytes", __FILE__, __LINE__);
      }
  }
}

void fill_slice(const std::byte* voxel, MutableVolumeView to) {
  const std::size_t step = size_of(to.type);
  for (std::int64_t y = 0; y < to.extent.y; ++y) {
    std::byte* at = to.row(0, y);
    for (std::int64_t x = 0; x < to.extent.x; ++x, at += step) std::memcpy(at, voxel, step);
  }
}

Result<void> check_inside(const zarr::Array& array, Plane plane, std::int64_t index, const PictureBox& pixels) {
  const std::int64_t slices = slice_count(plane, array.extent());
  if (index < 0 || index >= slices) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no slice {} in plane {}; they go from 0 to {}", index,
                                                  name_of(plane), slices - 1));
  }
  const auto [width, height] = picture_size(plane, array.extent());
  const auto& [left, top, size] = pixels;
  if (left < 0 || top < 0 || size.width < 1 || size.height < 1 || left > width - size.width ||
      top > height - size.height) {
    return fail(ErrorCode::kNotFound, fmt::format("{}×{} pixels at ({}, {}) lie outside the {}×{} of plane {}",
                                                  size.width, size.height, left, top, width, height, name_of(plane)));
  }
  return {};
}

}  // namespace

std::int64_t chunks_touched(const zarr::Array& array, Plane plane, std::int64_t index,
                            const PictureBox& pixels) noexcept {
  return chunks_of(voxels_of(plane, index, pixels), array.chunk()).extent().volume();
}

Result<PlaneVoxels> cut_plane(const RenderContext& context, const ServedImage& image, std::size_t level, Plane plane,
                              std::int64_t index, const PictureBox& pixels) {
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  BEAMPORT_TRY(check_inside(*array, plane, index, pixels));
  const DataType type = array->type();
  const Extent picture{1, pixels.size.height, pixels.size.width};
  const auto bytes = picture.checked_bytes(static_cast<std::int64_t>(size_of(type)));
  if (!bytes || *bytes > kMaxCutBytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("a picture of {}×{} voxels is beyond the limit of {} MiB",
                                                    pixels.size.width, pixels.size.height, kMaxCutBytes >> 20));
  }

  PlaneVoxels cut{type, pixels.size, AlignedBuffer(static_cast<std::size_t>(*bytes))};
  const MutableVolumeView whole(cut.voxels.data(), picture, type);
  const Box wanted = voxels_of(plane, index, pixels);
  const Box chunks = chunks_of(wanted, array->chunk());
  const auto copy_chunk = [&](std::int64_t position) -> Result<void> {
    const Point place = at_position(chunks, position);
    BEAMPORT_ASSIGN(const ChunkCache::Entry chunk, context.chunks.read(image, level, place, context.stop));
    const Point origin{place.z * array->chunk().z, place.y * array->chunk().y, place.x * array->chunk().x};
    const Box part = intersection(Box::at(origin, array->chunk()), wanted);
    const PlanePoint corner = to_plane(plane, part.begin);
    const PlanePoint end = to_plane(plane, part.end);
    const MutableVolumeView to =
        whole.part({{0, corner.v - pixels.top, corner.u - pixels.left}, {1, end.v - pixels.top, end.u - pixels.left}});
    if (chunk->is_empty) {
      fill_slice(chunk->voxels.data(), to);
    } else {
      copy_slice(plane, VolumeView(chunk->voxels.data(), array->chunk(), type).part(moved(part, origin)), to);
    }
    return {};
  };
  BEAMPORT_TRY(context.parallel_for(chunks.extent().volume(), context.stop, copy_chunk));
  return cut;
}

}  // namespace beamport::render
