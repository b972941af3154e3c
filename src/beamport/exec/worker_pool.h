// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fixed set of threads that work through numbered tasks. The calling thread is one of the workers, so a pool of one
// starts no thread at all. One batch at a time: parallel_for may be called from one thread only and does not nest.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::exec {

class WorkerPool {
 public:
  /// At least one worker; workers are numbered 0 … size()-1, 0 being the caller of parallel_for.
  explicit WorkerPool(int workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  [[nodiscard]] int size() const noexcept { return static_cast<int>(threads_.size()) + 1; }

  using Task = std::function<Result<void>(std::int64_t index, int worker)>;

  /// Runs task(i, worker) for every i in [0, count), handing out indexes in ascending order, and returns when all that
  /// were begun have ended. After a failure or a stop request no further index is begun. Returns the failure with the
  /// lowest index, or kCancelled.
  [[nodiscard]] Result<void> parallel_for(std::int64_t count, const std::stop_token& stop, const Task& task);

 private:
  void work(const std::stop_token& pool_stop, int worker);
  void drain_batch(int worker);

  struct Batch {
    const Task* task = nullptr;
    std::int64_t count = 0;
    std::stop_token stop;
  };

  std::mutex mutex_;
  std::condition_variable_any begun_;
  std::condition_variable ended_;
  Batch batch_;
  std::uint64_t batch_number_ = 0;
  int busy_ = 0;
  std::atomic<std::int64_t> next_{0};
  std::atomic<bool> halted_{false};
  std::optional<Error> failure_;
  std::int64_t failed_index_ = 0;
  std::vector<std::jthread> threads_;  // last: joined before anything above goes
};

}  // namespace beamport::exec
