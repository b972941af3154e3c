// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/chunk_cache.h"

#include <exception>
#include <new>
#include <utility>

#include <fmt/format.h>

namespace beamport::render {
namespace {

// List node, two hash nodes' share, control block: keeps a cache full of empty chunks within its budget, too.
constexpr std::uint64_t kEntryOverheadBytes = 256;

std::uint64_t cost_of(const DecodedChunk& chunk) {
  return round_up<std::uint64_t>(chunk.voxels.size(), AlignedBuffer::kAlignment) + kEntryOverheadBytes;
}

Result<ChunkCache::Entry> run(const ChunkCache::Load& load) {
  try {
    BEAMPORT_ASSIGN(DecodedChunk chunk, load());
    return std::make_shared<const DecodedChunk>(std::move(chunk));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kResourceExhausted, "there is no memory to decode a chunk");
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, fmt::format("decoding a chunk: {}", exception.what()));
  }
}

}  // namespace

std::size_t ChunkCache::KeyHash::operator()(const ChunkKey& key) const noexcept {
  std::uint64_t hash = key.image;
  for (const std::uint64_t part : {std::uint64_t{key.level}, static_cast<std::uint64_t>(key.chunk.z),
                                   static_cast<std::uint64_t>(key.chunk.y), static_cast<std::uint64_t>(key.chunk.x)}) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15U;  // 2^64 divided by the golden ratio
    hash ^= hash >> 32;
  }
  return hash;
}

Result<ChunkCache::Entry> ChunkCache::get(const ChunkKey& key, const Load& load, const std::stop_token& stop) {
  auto flight = std::make_shared<Flight>();
  {
    std::unique_lock lock(mutex_);
    if (const auto found = kept_.find(key); found != kept_.end()) {
      by_use_.splice(by_use_.begin(), by_use_, found->second);
      ++counters_.hits;
      return found->second->chunk;
    }
    const auto [at, is_first] = flights_.try_emplace(key, flight);
    if (!is_first) {
      flight = at->second;  // the table's own goes when the load ends
      return wait_for(lock, *flight, stop);
    }
    ++counters_.loads;
  }
  const Result<Entry> outcome = run(load);
  {
    const std::lock_guard lock(mutex_);
    flight->outcome = outcome;
    flights_.erase(key);
    flight->landed.notify_all();
    if (outcome) keep(key, *outcome);
  }
  return outcome;
}

Result<ChunkCache::Entry> ChunkCache::wait_for(std::unique_lock<std::mutex>& lock, Flight& flight,
                                               const std::stop_token& stop) {
  ++counters_.waits;
  if (!flight.landed.wait(lock, stop, [&] { return flight.outcome.has_value(); })) {
    return fail(ErrorCode::kCancelled, "the request was cancelled");
  }
  return *flight.outcome;
}

void ChunkCache::keep(const ChunkKey& key, const Entry& chunk) {
  const std::uint64_t cost = cost_of(*chunk);
  if (cost > budget_bytes_) return;
  while (counters_.bytes + cost > budget_bytes_) {
    const Kept& oldest = by_use_.back();
    counters_.bytes -= cost_of(*oldest.chunk);
    kept_.erase(oldest.key);
    by_use_.pop_back();
    ++counters_.evictions;
  }
  by_use_.push_front({key, chunk});
  kept_.emplace(key, by_use_.begin());
  counters_.bytes += cost;
}

ChunkCache::Counters ChunkCache::counters() const {
  const std::lock_guard lock(mutex_);
  Counters counters = counters_;
  counters.entries = kept_.size();
  return counters;
}

}  // namespace beamport::render
