// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small OME-Zarr image in memory, with the truth beside it. Every level has its own voxels, so that a picture from
// the wrong level, place or axis never looks right by accident.

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/render/parallel_for.h"
#include "beamport/render/served_image.h"
#include "beamport/store/memory_store.h"

namespace beamport::render {

class TestImage {
 public:
  struct Options {
    DataType type = DataType::kUint16;
    Extent extent{70, 90, 110};
    Extent chunk{32, 32, 32};
    std::size_t levels = 3;
    std::function<double(std::size_t level, Point voxel)> value = nullptr;  // instead of scrambled bits
    std::vector<Point> absent_chunks = {};                                  // of level 0; their voxels are the fill
    std::uint8_t fill = 0;
    JsonObject attributes = {};  // besides `ome`
    JsonObject omero = {};
  };

  explicit TestImage(Options options);

  [[nodiscard]] VolumeView level(std::size_t level) const;
  template <typename T>
  [[nodiscard]] T voxel(std::size_t at_level, Point point) const {
    return level(at_level).row_as<T>(point.z, point.y)[point.x];
  }

  /// Flips bits of a stored chunk; its checksum no longer fits.
  void damage(std::size_t level, Point chunk);

  [[nodiscard]] Result<std::shared_ptr<const ServedImage>> try_serve(std::uint64_t number = 1) const;
  /// The same for tests that are not about opening: ends the program when it fails.
  [[nodiscard]] std::shared_ptr<const ServedImage> serve(std::uint64_t number = 1) const;

 private:
  template <typename T>
  [[nodiscard]] T value_at(std::size_t level, Point voxel) const;
  void write_level(std::size_t level, Extent extent);
  void write_chunk(std::size_t level, Point chunk);

  Options options_;
  struct Level {
    Extent extent;
    Bytes voxels;
  };
  std::vector<Level> levels_;
  std::shared_ptr<store::MemoryStore> store_ = std::make_shared<store::MemoryStore>();
};

/// Runs tasks on that many threads of its own.
[[nodiscard]] ParallelFor run_on_threads(int threads);

}  // namespace beamport::render
