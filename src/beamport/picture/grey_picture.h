// SPDX-License-Identifier: Apache-2.0
#pragma once

// An 8-bit grey picture: rows from top to bottom, pixels of a row adjacent, no gaps between rows.

#include <cstdint>
#include <span>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::picture {

/// WebP's limit, the smaller one of the formats written here.
inline constexpr std::int64_t kMaxSide = 16383;

struct GreyView {
  std::span<const std::uint8_t> pixels;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

struct GreyPicture {
  std::vector<std::uint8_t> pixels;
  std::int64_t width = 0;
  std::int64_t height = 0;

  // NOLINTNEXTLINE(google-explicit-constructor): a picture may be passed wherever one is only looked at
  operator GreyView() const noexcept { return {pixels, width, height}; }
};

/// kOutOfRange unless 1 <= side <= kMaxSide; kInvalidArgument when the pixels are not width × height, or the quality is
/// not within 1…100.
[[nodiscard]] Result<void> check_picture(const GreyView& picture, int quality);

}  // namespace beamport::picture
