// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/traversal.h"

#include <algorithm>

#include "beamport/base/check.h"

namespace beamport::ingest {
namespace {

/// Spreads the low 32 bits so that a zero follows each.
constexpr std::uint64_t spread(std::uint64_t bits) noexcept {
  bits = (bits | bits << 16) & 0x0000ffff0000ffffULL;
  bits = (bits | bits << 8) & 0x00ff00ff00ff00ffULL;
  bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0fULL;
  bits = (bits | bits << 2) & 0x3333333333333333ULL;
  return (bits | bits << 1) & 0x5555555555555555ULL;
}

}  // namespace

Traversal::Traversal(Extent grid, std::int64_t rows_per_band, Order order)
    : grid_(grid), rows_per_band_(rows_per_band), order_(order) {
  BEAMPORT_CHECK(rows_per_band >= 1);
  const std::int64_t bands_per_slab = ceil_divide(grid.y, rows_per_band);
  for (std::int64_t slab = 0; slab < grid.z; ++slab) {
    for (std::int64_t band = 0; band < bands_per_slab; ++band) {
      bands_.push_back({slab, band * rows_per_band, std::min((band + 1) * rows_per_band, grid.y)});
    }
  }
  if (order == Order::kDepthFirst) {
    std::sort(bands_.begin(), bands_.end(), [&](const Band& a, const Band& b) {
      return position_key(a.slab, a.row_begin / rows_per_band_) < position_key(b.slab, b.row_begin / rows_per_band_);
    });
  }
}

std::uint64_t Traversal::position_key(std::int64_t slab, std::int64_t band) const noexcept {
  const auto z = static_cast<std::uint64_t>(slab);
  const auto y = static_cast<std::uint64_t>(band);
  return order_ == Order::kDepthFirst ? (spread(z) << 1 | spread(y)) : (z << 32 | y);
}

Traversal::Moment Traversal::completion(std::size_t level, Point chunk) const noexcept {
  // A chunk is complete with its last descendant on the finest level; both orders rise along each axis, so the last one
  // is the one with the largest coordinates.
  const std::int64_t last_slab = std::min((chunk.z + 1) << level, grid_.z) - 1;
  const std::int64_t last_row = std::min((chunk.y + 1) << level, grid_.y) - 1;
  return {position_key(last_slab, last_row / rows_per_band_), chunk.y, chunk.x};
}

}  // namespace beamport::ingest
