// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/thumbnails.h"

#include <algorithm>
#include <cstring>

#include "beamport/base/base64.h"
#include "beamport/ingest/voxel_conversion.h"
#include "beamport/picture/jpeg.h"

namespace beamport::ingest {
namespace {

constexpr int kQuality = 80;

std::size_t thumbnail_level(const std::vector<Extent>& levels) {
  const auto fits = [](const Extent& e) { return std::max({e.z, e.y, e.x}) <= ThumbnailCollector::kMaxSide; };
  const auto found = std::find_if(levels.begin(), levels.end(), fits);
  return found == levels.end() ? levels.size() - 1 : static_cast<std::size_t>(found - levels.begin());
}

bool inside(std::int64_t position, std::int64_t begin, std::int64_t length) {
  return begin <= position && position < begin + length;
}

}  // namespace

ThumbnailCollector::ThumbnailCollector(const std::vector<Extent>& levels, DataType type)
    : level_(thumbnail_level(levels)),
      extent_(levels[level_]),
      type_(type),
      middle_{extent_.z / 2, extent_.y / 2, extent_.x / 2} {
  const auto plane = [&](std::int64_t width, std::int64_t height) {
    return Plane{width, height, Bytes(static_cast<std::size_t>(width * height) * size_of(type))};
  };
  xy_ = plane(extent_.x, extent_.y);
  xz_ = plane(extent_.x, extent_.z);
  zy_ = plane(extent_.z, extent_.y);
}

void ThumbnailCollector::observe(std::size_t level, Point origin, VolumeView valid) {
  if (level != level_) return;
  const std::size_t step = size_of(type_);
  const auto place = [&](Plane& plane, std::int64_t row, std::int64_t column) {
    return plane.voxels.data() + static_cast<std::size_t>(row * plane.width + column) * step;
  };
  const auto row_bytes = static_cast<std::size_t>(valid.extent.x) * step;
  if (inside(middle_.z, origin.z, valid.extent.z)) {
    for (std::int64_t y = 0; y < valid.extent.y; ++y) {
      std::memcpy(place(xy_, origin.y + y, origin.x), valid.row(middle_.z - origin.z, y), row_bytes);
    }
  }
  if (inside(middle_.y, origin.y, valid.extent.y)) {
    for (std::int64_t z = 0; z < valid.extent.z; ++z) {
      std::memcpy(place(xz_, origin.z + z, origin.x), valid.row(z, middle_.y - origin.y), row_bytes);
    }
  }
  if (inside(middle_.x, origin.x, valid.extent.x)) {
    const auto column = static_cast<std::size_t>(middle_.x - origin.x) * step;
    for (std::int64_t z = 0; z < valid.extent.z; ++z) {
      for (std::int64_t y = 0; y < valid.extent.y; ++y) {
        std::memcpy(place(zy_, origin.y + y, origin.z + z), valid.row(z, y) + column, step);
      }
    }
  }
}

Result<Json> ThumbnailCollector::to_json(ValueWindow window) const {
  BEAMPORT_ASSIGN(const auto grey, VoxelConversion::windowed(type_, DataType::kUint8, window));
  JsonObject result;
  const auto add = [&](std::string_view name, const Plane& plane) -> Result<void> {
    const Extent extent{1, plane.height, plane.width};
    picture::GreyPicture picture{std::vector<std::uint8_t>(static_cast<std::size_t>(extent.volume())), plane.width,
                                 plane.height};
    grey.apply(VolumeView(plane.voxels.data(), extent, type_),
               MutableVolumeView(reinterpret_cast<std::byte*>(picture.pixels.data()), extent, DataType::kUint8));
    BEAMPORT_ASSIGN(const Bytes jpeg, picture::encode_jpeg(picture, kQuality));
    result[name] = encode_base64(jpeg);
    return {};
  };
  BEAMPORT_TRY(add("xy", xy_));
  BEAMPORT_TRY(add("xz", xz_));
  BEAMPORT_TRY(add("zy", zy_));
  return result;
}

}  // namespace beamport::ingest
