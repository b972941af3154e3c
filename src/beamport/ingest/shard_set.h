// SPDX-License-Identifier: Apache-2.0
#pragma once

// All shards of an image while it is being written. Chunks arrive encoded from any thread in nearly the order of the
// traversal. One writer thread appends them; a chunk that comes too early waits until its predecessors in the same
// shard have been written, so that a shard's bytes do not depend on timing. A shard that has all its chunks is handed
// to the sealer thread, which makes it durable while the next ones are being filled. Shards stay open over several
// slabs when they are deeper than one.
//
//   workers ─ put() ─▶ bounded queue ─▶ writer: append in order ─▶ bounded queue ─▶ sealer: index, fsync, rename
//
// put() is thread-safe and waits when the disk does not keep up. close() once, after the last put.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/exec/bounded_queue.h"
#include "beamport/ingest/traversal.h"
#include "beamport/store/store.h"
#include "beamport/zarr/profile.h"
#include "beamport/zarr/shard_writer.h"

namespace beamport::ingest {

struct LevelLayout {
  Extent extent;
  zarr::Profile profile;
};

class ShardSet {
 public:
  ShardSet(store::WritableStore& store, const Traversal& traversal, std::vector<LevelLayout> levels, DataType type);
  ~ShardSet();
  ShardSet(const ShardSet&) = delete;
  ShardSet& operator=(const ShardSet&) = delete;

  /// Copies the encoded chunk; nothing means an empty chunk. Each chunk of each level comes exactly once. Fails with
  /// the first error of the writer or the sealer, whichever chunk it belonged to.
  [[nodiscard]] Result<void> put(std::size_t level, Point chunk, std::optional<ByteView> encoded);

  /// Waits until every shard is durable. Fails with the first error of the writer or the sealer.
  [[nodiscard]] Result<void> close();

  struct LevelCount {
    std::uint64_t chunks = 0;
    std::uint64_t stored_chunks = 0;
    std::uint64_t stored_bytes = 0;
  };
  /// Final after close().
  [[nodiscard]] std::vector<LevelCount> counts() const;

 private:
  struct OpenShard;
  struct Level;
  struct EncodedChunk {
    std::size_t level = 0;
    Point chunk;
    std::optional<Bytes> bytes;
  };

  void write_chunks();
  void seal_shards();
  [[nodiscard]] Result<void> write_chunk(EncodedChunk arrived);
  [[nodiscard]] Result<OpenShard*> shard_at(std::size_t level, Point place);
  [[nodiscard]] Result<std::unique_ptr<OpenShard>> open_shard(std::size_t level, Point place);
  [[nodiscard]] Result<void> append_next(Level& level, OpenShard& shard, std::optional<Bytes> encoded);
  [[nodiscard]] Bytes spare_buffer();
  void recycle(Bytes buffer);
  void note_failure(Error error);
  [[nodiscard]] Result<void> first_failure() const;

  store::WritableStore& store_;
  const Traversal& traversal_;
  DataType type_;
  std::vector<std::unique_ptr<Level>> levels_;  // the writer's alone while it runs

  std::mutex spare_mutex_;
  std::vector<Bytes> spare_;  // buffers for the next chunks
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;
  exec::BoundedQueue<EncodedChunk> arrived_;
  exec::BoundedQueue<std::unique_ptr<OpenShard>> complete_;
  std::jthread sealer_;
  std::jthread writer_;
};

}  // namespace beamport::ingest
