// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the writers of an image know of each of its levels, and what they report of it in the end.

#include <cstdint>

#include "beamport/array/extent.h"
#include "beamport/base/result.h"
#include "beamport/store/store.h"
#include "beamport/zarr/profile.h"
#include "beamport/zarr/shard_writer.h"

namespace beamport::ingest {

struct LevelLayout {
  Extent extent;
  zarr::Profile profile;
};

struct LevelCount {
  std::uint64_t chunks = 0;
  std::uint64_t stored_chunks = 0;  // the others are empty
  std::uint64_t stored_bytes = 0;   // encoded
};

/// Begins the shard at that place of the level's shard grid: under its key, with the TIFF header that the raw profile
/// puts in front.
[[nodiscard]] Result<zarr::ShardWriter> begin_shard(store::WritableStore& store, const LevelLayout& layout,
                                                    std::size_t level, Point place, DataType type);

}  // namespace beamport::ingest
