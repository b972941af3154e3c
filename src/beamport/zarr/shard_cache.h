// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shard indexes kept in memory, bounded by their bytes, least recently used first out. Only existing shards are kept: a
// shard that is absent today may be written tomorrow. Thread-safe.

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "beamport/zarr/shard_index.h"

namespace beamport::zarr {

class ShardCache {
 public:
  explicit ShardCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// nullptr when it is not here.
  [[nodiscard]] std::shared_ptr<const ShardIndex> find(std::string_view key);
  void keep(const std::string& key, std::shared_ptr<const ShardIndex> index);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const ShardIndex> index;
  };
  std::mutex mutex_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> recent_;  // most recently used in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace beamport::zarr
