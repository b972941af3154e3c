// SPDX-License-Identifier: Apache-2.0
#pragma once

// In which order a volume is read. The unit is a band: some whole chunk rows of one slab, full width.
//
//           x →
//      ┌────────────┐ ┐            slab-major: all bands of slab 0, then of slab 1, …   (a volume that grows in z)
//   y  │  band 0    │ │ rows       depth-first: along a Z-order curve over (slab, band), so that 2×2 bands that share
//   ↓  ├────────────┤ ┘            parents in the pyramid follow each other and few parents are ever half-filled
//      │  band 1    │
//      └────────────┘  × chunk depth in z
//
// Every chunk of every level becomes complete at one well-defined moment of this order, whatever thread works on it;
// the order of chunks inside a shard follows from it, so the same volume always gives the same bytes. Pure values.

#include <cstdint>
#include <tuple>
#include <vector>

#include "beamport/array/extent.h"

namespace beamport::ingest {

struct Band {
  std::int64_t slab = 0;
  std::int64_t row_begin = 0;  // chunk rows
  std::int64_t row_end = 0;

  friend bool operator==(const Band&, const Band&) = default;
};

class Traversal {
 public:
  enum class Order : std::uint8_t { kSlabMajor, kDepthFirst };

  /// grid: chunks of the finest level. rows_per_band: chunk rows, at least one.
  Traversal(Extent grid, std::int64_t rows_per_band, Order order);

  [[nodiscard]] std::int64_t band_count() const noexcept { return static_cast<std::int64_t>(bands_.size()); }
  [[nodiscard]] const Band& band(std::int64_t position) const { return bands_[static_cast<std::size_t>(position)]; }
  [[nodiscard]] std::int64_t rows_per_band() const noexcept { return rows_per_band_; }

  /// Sorts chunks of one level by the moment of their completion.
  using Moment = std::tuple<std::uint64_t, std::int64_t, std::int64_t>;
  [[nodiscard]] Moment completion(std::size_t level, Point chunk) const noexcept;

 private:
  [[nodiscard]] std::uint64_t position_key(std::int64_t slab, std::int64_t band) const noexcept;

  Extent grid_;
  std::int64_t rows_per_band_;
  Order order_;
  std::vector<Band> bands_;
};

}  // namespace beamport::ingest
