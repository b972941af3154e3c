// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decoded chunks, kept as long as they fit into a budget of bytes, the longest unused leaving first. Whoever asks for a
// chunk that is just being decoded waits for that decode instead of starting another. Failures are told to everybody
// who waited and are not remembered. Entries are shared and immutable: evicting one never takes it from its users.
// Thread-safe; loads run outside the lock.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>

#include "beamport/array/extent.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/result.h"

namespace beamport::render {

struct ChunkKey {
  std::uint64_t image = 0;  // number of the opened image
  std::size_t level = 0;
  Point chunk;  // place in the level's grid of chunks

  friend bool operator==(const ChunkKey&, const ChunkKey&) = default;
};

struct DecodedChunk {
  bool is_empty = false;  // every voxel is the fill value
  AlignedBuffer voxels;   // the whole chunk, packed z,y,x; of an empty chunk one voxel
};

class ChunkCache {
 public:
  using Entry = std::shared_ptr<const DecodedChunk>;
  using Load = std::function<Result<DecodedChunk>()>;

  explicit ChunkCache(std::uint64_t budget_bytes) : budget_bytes_(budget_bytes) {}

  /// The chunk, from memory or by calling `load` once. A stop request ends waiting for others (kCancelled), never a
  /// load that has begun: somebody else may be waiting for it.
  [[nodiscard]] Result<Entry> get(const ChunkKey& key, const Load& load, const std::stop_token& stop);

  struct Counters {
    std::uint64_t hits = 0;
    std::uint64_t loads = 0;
    std::uint64_t waits = 0;  // for a load that another thread had begun
    std::uint64_t evictions = 0;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Counters counters() const;

 private:
  struct KeyHash {
    [[nodiscard]] std::size_t operator()(const ChunkKey& key) const noexcept;
  };
  struct Kept {
    ChunkKey key;
    Entry chunk;
  };
  struct Flight {
    std::condition_variable_any landed;
    std::optional<Result<Entry>> outcome;
  };

  [[nodiscard]] Result<Entry> wait_for(std::unique_lock<std::mutex>& lock, Flight& flight, const std::stop_token& stop);
  void keep(const ChunkKey& key, const Entry& chunk);

  const std::uint64_t budget_bytes_;
  mutable std::mutex mutex_;
  std::list<Kept> by_use_;  // most recently used first
  std::unordered_map<ChunkKey, std::list<Kept>::iterator, KeyHash> kept_;
  std::unordered_map<ChunkKey, std::shared_ptr<Flight>, KeyHash> flights_;
  Counters counters_;
};

}  // namespace beamport::render
