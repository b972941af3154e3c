// SPDX-License-Identifier: Apache-2.0
#include "beamport/picture/grey_picture.h"

#include <fmt/format.h>

namespace beamport::picture {

Result<void> check_picture(const GreyView& picture, int quality) {
  const auto [pixels, width, height] = picture;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("a picture of {}×{} pixels: sides go from 1 to {}", width, height, kMaxSide));
  }
  if (pixels.size() != static_cast<std::size_t>(width * height)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a picture of {}×{} pixels came with {} bytes", width, height, pixels.size()));
  }
  if (quality < 1 || quality > 100) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("picture quality {}: it goes from 1 to 100", quality));
  }
  return {};
}

}  // namespace beamport::picture
