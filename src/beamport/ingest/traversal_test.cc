// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/traversal.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

class Traversals : public testing::TestWithParam<Traversal::Order> {};

TEST_P(Traversals, VisitEveryChunkRowOnce) {
  const Extent grid{5, 7, 3};
  for (const std::int64_t rows : {1, 2, 3, 7, 100}) {
    const Traversal traversal(grid, rows, GetParam());
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    for (std::int64_t i = 0; i < traversal.band_count(); ++i) {
      const Band band = traversal.band(i);
      for (std::int64_t row = band.row_begin; row < band.row_end; ++row)
        EXPECT_TRUE(seen.insert({band.slab, row}).second);
    }
    EXPECT_EQ(seen.size(), 35U);
  }
}

TEST_P(Traversals, CompletionMomentsFollowTheOrderInWhichBandsArrive) {
  const Extent grid{5, 11, 2};
  for (const std::int64_t rows : {1, 2, 4, 11}) {
    const Traversal traversal(grid, rows, GetParam());
    for (std::size_t level = 0; level < 4; ++level) {
      // Play the bands and record at which one each chunk of the level has all its rows.
      std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> completed_at;
      for (std::int64_t i = 0; i < traversal.band_count(); ++i) {
        const Band band = traversal.band(i);
        for (std::int64_t row = band.row_begin; row < band.row_end; ++row)
          completed_at[{band.slab >> level, row >> level}] = i;
      }
      for (const auto& [a, at_a] : completed_at) {
        for (const auto& [b, at_b] : completed_at) {
          if (at_a >= at_b) continue;
          EXPECT_LT(traversal.completion(level, {a.first, a.second, 1}),
                    traversal.completion(level, {b.first, b.second, 0}));
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, Traversals,
                         testing::Values(Traversal::Order::kSlabMajor, Traversal::Order::kDepthFirst));

}  // namespace
}  // namespace beamport::ingest
