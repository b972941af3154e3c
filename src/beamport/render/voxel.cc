// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/voxel.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "beamport/array/box.h"

namespace beamport::render {
namespace {

template <typename T>
VoxelValue describe(const std::byte* voxel) {
  T value;
  std::memcpy(&value, voxel, sizeof(T));
  const auto number = static_cast<double>(value);
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) return {std::nullopt, "NaN"};
    if (std::isinf(value)) return {std::nullopt, value > 0 ? "inf" : "-inf"};
  }
  return {number, fmt::format("{}", value)};
}

}  // namespace

Result<VoxelValue> read_voxel(const RenderContext& context, const ServedImage& image, std::size_t level, Point point) {
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  if (!Box::whole(array->extent()).contains(Box::at(point, {1, 1, 1}))) {
    return fail(ErrorCode::kNotFound,
                fmt::format("voxel {} lies outside the {} of level {}", point, array->extent(), level));
  }
  const Extent size = array->chunk();
  const Point place{point.z / size.z, point.y / size.y, point.x / size.x};
  BEAMPORT_ASSIGN(const ChunkCache::Entry chunk, context.chunks.read(image, level, place, context.stop));
  const std::int64_t at = linear_index({point.z % size.z, point.y % size.y, point.x % size.x}, size);
  const std::byte* voxel =
      chunk->voxels.data() + (chunk->is_empty ? 0 : static_cast<std::size_t>(at) * size_of(array->type()));
  return visit_data_type(array->type(), [&]<typename T>() { return describe<T>(voxel); });
}

}  // namespace beamport::render
