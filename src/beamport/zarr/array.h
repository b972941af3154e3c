// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Zarr array opened for reading, v3 (plain or sharded) or v2, seen as a z,y,x volume. Arrays of higher rank (t, c in
// front) are read at index 0 of the extra axes; lower ranks get leading axes of length 1. Immutable and thread-safe;
// shard indexes are cached, bounded. Shards that exist are taken as finished for good; one that is absent reads as
// empty until it appears.

#include <cstdint>
#include <memory>
#include <string>

#include "beamport/array/box.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"
#include "beamport/store/store.h"
#include "beamport/zarr/array_metadata.h"

namespace beamport::zarr {

class Array {
 public:
  /// `path` is the array's node inside the store ("" = the root, "0", "labels/nuclei/0"). `spatial_axes`: how many of
  /// the last axes are space (z,y,x or y,x), 1 to 3; those before are read at index 0.
  [[nodiscard]] static Result<Array> open(std::shared_ptr<const store::Store> store, const std::string& path,
                                          std::size_t spatial_axes = 3);

  [[nodiscard]] const ArrayMetadata& metadata() const noexcept;
  [[nodiscard]] Extent extent() const noexcept;
  [[nodiscard]] DataType type() const noexcept;
  /// The unit of compression: the inner chunk when sharded.
  [[nodiscard]] Extent chunk() const noexcept;
  [[nodiscard]] Extent chunk_grid() const noexcept { return grid_of(extent(), chunk()); }
  /// Bytes of one decoded chunk (edge chunks are stored whole).
  [[nodiscard]] std::size_t chunk_bytes() const noexcept;

  enum class ChunkState : std::uint8_t { kStored, kEmpty };

  /// Decodes one chunk into `to` (exactly chunk_bytes() bytes, packed z,y,x, native byte order). Empty chunks come as
  /// the fill value. kCorrupt names the shard's key and the chunk.
  [[nodiscard]] Result<ChunkState> read_chunk(Point chunk_index, MutableByteView to, codec::Scratch& scratch) const;

  /// Reads a box inside extent() into a view of the same extent and type.
  [[nodiscard]] Result<void> read_box(const Box& box, MutableVolumeView to) const;

 private:
  struct State;
  explicit Array(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace beamport::zarr
