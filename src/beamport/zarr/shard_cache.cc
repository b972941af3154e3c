// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_cache.h"

#include <utility>

namespace beamport::zarr {

std::shared_ptr<const ShardIndex> ShardCache::find(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->index;
}

void ShardCache::keep(const std::string& key, std::shared_ptr<const ShardIndex> index) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;
  bytes_ += index->encoded_size();
  recent_.push_front({key, std::move(index)});
  by_key_.emplace(recent_.front().key, recent_.begin());
  while (bytes_ > max_bytes_ && recent_.size() > 1) {
    const Entry& oldest = recent_.back();
    bytes_ -= oldest.index->encoded_size();
    by_key_.erase(oldest.key);
    recent_.pop_back();
  }
}

}  // namespace beamport::zarr
