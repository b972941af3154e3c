// SPDX-License-Identifier: Apache-2.0
#include "beamport/exec/worker_pool.h"

#include <utility>

#include "beamport/base/check.h"

namespace beamport::exec {

WorkerPool::WorkerPool(int workers) {
  BEAMPORT_CHECK(workers >= 1);
  for (int worker = 1; worker < workers; ++worker) {
    threads_.emplace_back([this, worker](const std::stop_token& stop) { work(stop, worker); });
  }
}

WorkerPool::~WorkerPool() = default;

void WorkerPool::work(const std::stop_token& pool_stop, int worker) {
  std::uint64_t seen = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!begun_.wait(lock, pool_stop, [&] { return batch_number_ != seen; })) return;
      seen = batch_number_;
    }
    drain_batch(worker);
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) ended_.notify_one();
  }
}

void WorkerPool::drain_batch(int worker) {
  while (!halted_.load(std::memory_order_relaxed) && !batch_.stop.stop_requested()) {
    const std::int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= batch_.count) return;
    Result<void> result = (*batch_.task)(index, worker);
    if (result) continue;
    halted_.store(true, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    if (!failure_ || index < failed_index_) {
      failure_ = std::move(result).error();
      failed_index_ = index;
    }
  }
}

Result<void> WorkerPool::parallel_for(std::int64_t count, const std::stop_token& stop, const Task& task) {
  {
    const std::lock_guard lock(mutex_);
    BEAMPORT_CHECK(busy_ == 0);
    batch_ = {&task, count, stop};
    next_ = 0;
    halted_ = false;
    failure_.reset();
    busy_ = static_cast<int>(threads_.size());
    ++batch_number_;
  }
  begun_.notify_all();
  drain_batch(0);
  {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return busy_ == 0; });
  }
  if (failure_) return fail(*std::exchange(failure_, std::nullopt));
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
  return {};
}

}  // namespace beamport::exec
