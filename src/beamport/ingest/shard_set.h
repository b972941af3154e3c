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
// Shards that are on disk already, from an earlier pass over the same voxels, can be kept: their chunks are neither put
// nor written.
//
// put() is thread-safe and waits when the disk does not keep up. close() once, after the last put. Chunks travel in
// buffers that come from here and go back here, so that nothing is copied or allocated on the way once all are in use.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>
#include <variant>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/exec/bounded_queue.h"
#include "beamport/ingest/level_layout.h"
#include "beamport/ingest/traversal.h"
#include "beamport/store/store.h"

namespace beamport::ingest {

/// A shard that stays as it is.
struct KeptShard {
  std::size_t level = 0;
  Point place;  // in the level's grid of shards
  LevelCount count;
  std::uint64_t bytes = 0;   // of its file
  std::uint32_t crc32c = 0;  // of all of them
};

/// Called by the sealer for each shard that came chunk by chunk, once it is whole under its name. Not for a shard
/// without chunks, which has no file.
using SealObserver = std::function<Result<void>(std::size_t level, Point place)>;

class ShardSet {
 public:
  /// Chunks that wait for the writer, at most.
  static constexpr std::size_t kMaxChunksWaiting = 24;

  /// `levels` are those whose chunks come one by one, finest first; they go to `shards`, whole ones to `whole_shards`.
  /// `max_encoded_size` is the codecs' bound for a chunk. `kept` are of those levels.
  ShardSet(store::WritableStore& shards, store::WritableStore& whole_shards, const Traversal& traversal,
           std::vector<LevelLayout> levels, DataType type, std::size_t max_encoded_size,
           const std::vector<KeptShard>& kept, SealObserver on_sealed);
  ~ShardSet();
  ShardSet(const ShardSet&) = delete;
  ShardSet& operator=(const ShardSet&) = delete;

  /// Whether the chunk belongs to a shard that stays: then it must not be put.
  [[nodiscard]] bool keeps(std::size_t level, Point chunk) const noexcept;

  /// Room for one encoded chunk, for put().
  [[nodiscard]] MutableByteView borrow_buffer();

  struct EncodedChunk {
    MutableByteView buffer;  // from borrow_buffer()
    std::size_t size = 0;    // of it used
  };
  /// Nothing means an empty chunk. Each chunk of each level comes exactly once. Fails with the first error of the
  /// writer or the sealer, whichever chunk it belonged to.
  [[nodiscard]] Result<void> put(std::size_t level, Point chunk, std::optional<EncodedChunk> encoded);

  /// Writes a shard that is whole in memory, replacing an earlier one under the same key. Never of a level whose chunks
  /// come one by one.
  [[nodiscard]] Result<void> put_whole(std::string key, Bytes shard);

  /// Waits until every shard is durable. Fails with the first error of the writer or the sealer.
  [[nodiscard]] Result<void> close();

  /// Final after close().
  [[nodiscard]] std::vector<LevelCount> counts() const;

 private:
  struct OpenShard;
  struct Level;
  struct ArrivedChunk {
    std::size_t level = 0;
    Point chunk;
    std::optional<EncodedChunk> encoded;
  };
  struct WholeShard {
    std::string key;
    Bytes bytes;
  };
  using FinishedShard = std::variant<std::unique_ptr<OpenShard>, WholeShard>;

  void write_chunks();
  void seal_shards();
  [[nodiscard]] Result<void> seal(const FinishedShard& shard);
  [[nodiscard]] Result<void> write_chunk(ArrivedChunk arrived);
  [[nodiscard]] Result<OpenShard*> shard_at(std::size_t level, Point place);
  [[nodiscard]] Result<std::unique_ptr<OpenShard>> open_shard(std::size_t level, Point place);
  [[nodiscard]] Result<void> append_next(Level& level, OpenShard& shard, std::optional<EncodedChunk> encoded);
  [[nodiscard]] Result<void> write_gathered(OpenShard& shard);
  void give_back(MutableByteView buffer);
  void note_failure(Error error);
  [[nodiscard]] Result<void> first_failure() const;

  store::WritableStore& store_;
  store::WritableStore& whole_store_;
  const Traversal& traversal_;
  DataType type_;
  std::size_t buffer_size_;  // of an encoded chunk: whole blocks, so that it can be written from where it lies
  bool ends_with_checksum_;  // every chunk does
  std::vector<std::unique_ptr<Level>> levels_;  // the writer's alone while it runs, but for what is kept
  SealObserver on_sealed_;

  std::mutex spare_mutex_;
  std::vector<AlignedBuffer> memory_;  // several buffers each
  std::vector<MutableByteView> spare_;
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;
  exec::BoundedQueue<ArrivedChunk> arrived_;
  exec::BoundedQueue<FinishedShard> finished_;
  std::jthread sealer_;
  std::jthread writer_;
};

}  // namespace beamport::ingest
