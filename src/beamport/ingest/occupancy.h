// SPDX-License-Identifier: Apache-2.0
#pragma once

// The smallest and largest voxel of every chunk of every level, so that a renderer can skip what it would not show.
// Stored beside the levels as small arrays with one voxel per chunk:
//
//   occupancy/<level>/min     occupancy/<level>/max      shape = chunk grid of the level, the image's data type
//
// A chunk without any finite voxel has NaN in both. record() may be called from several threads for different chunks.

#include <cstdint>
#include <vector>

#include "beamport/array/value_range.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/store/store.h"

namespace beamport::ingest {

class Occupancy {
 public:
  /// grids: chunk grid of each level.
  Occupancy(std::vector<Extent> grids, DataType type);

  void record(std::size_t level, Point chunk, const ValueRange& range) noexcept;

  [[nodiscard]] Result<void> write(store::WritableStore& store) const;

 private:
  struct Level {
    Extent grid;
    Bytes min;
    Bytes max;
  };

  [[nodiscard]] Result<void> write_array(store::WritableStore& store, const std::string& path, const Extent& grid,
                                         const Bytes& voxels) const;

  DataType type_;
  std::vector<Level> levels_;
};

}  // namespace beamport::ingest
