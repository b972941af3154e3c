// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/thumbnail.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "beamport/picture/jpeg.h"
#include "beamport/render/plane_cut.h"
#include "beamport/render/tile_encode.h"

namespace beamport::render {
namespace {

constexpr int kQuality = 75;
constexpr std::int64_t kMaxDecodedBytes = std::int64_t{256} << 20;

std::size_t level_for(const ServedImage& image, Plane plane) {
  const auto& levels = image.image().levels();
  for (std::size_t level = levels.size(); level-- > 1;) {
    const auto [width, height] = picture_size(plane, levels[level].array.extent());
    if (std::max(width, height) >= kThumbnailSize) return level;
  }
  return 0;
}

Result<void> check_effort(const zarr::Array& array, Plane plane, std::int64_t index, const PictureBox& pixels) {
  const auto bytes =
      checked_multiply(chunks_touched(array, plane, index, pixels), static_cast<std::int64_t>(array.chunk_bytes()));
  if (bytes && *bytes <= kMaxDecodedBytes) return {};
  return fail(ErrorCode::kResourceExhausted,
              fmt::format("no thumbnail: a level of {} voxels is too large for one, and there is no coarser one",
                          array.extent()));
}

/// Means of squares of `factor` pixels a side, of fewer at the right and lower edge.
picture::GreyPicture reduced(const picture::GreyPicture& from, std::int64_t factor) {
  picture::GreyPicture to{{}, ceil_divide(from.width, factor), ceil_divide(from.height, factor)};
  to.pixels.reserve(static_cast<std::size_t>(to.width * to.height));
  for (std::int64_t top = 0; top < from.height; top += factor) {
    const std::int64_t bottom = std::min(top + factor, from.height);
    for (std::int64_t left = 0; left < from.width; left += factor) {
      const std::int64_t right = std::min(left + factor, from.width);
      std::int64_t sum = 0;
      for (std::int64_t y = top; y < bottom; ++y) {
        for (std::int64_t x = left; x < right; ++x) sum += from.pixels[static_cast<std::size_t>(y * from.width + x)];
      }
      const std::int64_t count = (bottom - top) * (right - left);
      to.pixels.push_back(static_cast<std::uint8_t>((2 * sum + count) / (2 * count)));
    }
  }
  return to;
}

}  // namespace

Result<picture::GreyPicture> draw_thumbnail(const RenderContext& context, const ServedImage& image, Plane plane,
                                            const ValueWindow& window) {
  const std::size_t level = level_for(image, plane);
  BEAMPORT_ASSIGN(const zarr::Array* array, image.level(level));
  const PictureBox pixels{0, 0, picture_size(plane, array->extent())};
  const std::int64_t middle = slice_count(plane, array->extent()) / 2;
  BEAMPORT_TRY(check_effort(*array, plane, middle, pixels));
  BEAMPORT_ASSIGN(const PlaneVoxels cut, cut_plane(context, image, level, plane, middle, pixels));
  BEAMPORT_ASSIGN(picture::GreyPicture grey, to_grey(cut, window));
  const std::int64_t factor = ceil_divide(std::max(grey.width, grey.height), kThumbnailSize);
  return factor == 1 ? std::move(grey) : reduced(grey, factor);
}

Result<std::array<Bytes, 3>> encode_thumbnails(const RenderContext& context, const ServedImage& image,
                                               const ValueWindow& window) {
  std::array<Bytes, 3> pictures;
  for (std::size_t i = 0; i < kPlanes.size(); ++i) {
    BEAMPORT_ASSIGN(const picture::GreyPicture grey, draw_thumbnail(context, image, kPlanes[i], window));
    BEAMPORT_ASSIGN(pictures[i], picture::encode_jpeg(grey, kQuality));
  }
  return pictures;
}

}  // namespace beamport::render
