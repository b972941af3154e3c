// SPDX-License-Identifier: Apache-2.0
#pragma once

// All shards of an image while it is being written. Chunks arrive from any thread in nearly the order of the traversal;
// a chunk that comes too early waits until its predecessors in the same shard have been written, so that a shard's
// bytes do not depend on timing. A shard that has all its chunks is handed to the sealer thread, which makes it durable
// while the next ones are being filled. Shards stay open over several slabs when they are deeper than one. put() is
// thread-safe. close() once, after the last put.

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

  /// Takes the encoded chunk; nothing means an empty chunk. Each chunk of each level comes exactly once.
  [[nodiscard]] Result<void> put(std::size_t level, Point chunk, std::optional<ByteView> encoded);

  /// Waits until every shard is durable. Fails with the first error of the sealer.
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

  [[nodiscard]] Result<std::shared_ptr<OpenShard>> shard_at(std::size_t level, Point place);
  [[nodiscard]] Result<std::shared_ptr<OpenShard>> open_shard(std::size_t level, Point place);
  void seal_shards();

  store::WritableStore& store_;
  const Traversal& traversal_;
  DataType type_;
  std::vector<std::unique_ptr<Level>> levels_;

  exec::BoundedQueue<std::shared_ptr<OpenShard>> complete_;
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;
  std::jthread sealer_;
};

}  // namespace beamport::ingest
