// SPDX-License-Identifier: Apache-2.0
#pragma once

// How many connections are open: refuses those beyond the limit and lets stop() wait for the last. Thread-safe.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace beamport::net {

class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool try_enter() {
    const std::scoped_lock lock(mutex_);
    if (count_ >= limit_) return false;
    ++count_;
    return true;
  }

  void leave() {
    const std::scoped_lock lock(mutex_);
    if (--count_ == 0) emptied_.notify_all();
  }

  void wait_until_empty() {
    std::unique_lock lock(mutex_);
    emptied_.wait(lock, [this] { return count_ == 0; });
  }

  /// False if some are still open after `limit`.
  [[nodiscard]] bool wait_until_empty_for(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return emptied_.wait_for(lock, limit, [this] { return count_ == 0; });
  }

 private:
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::size_t count_ = 0;
};

}  // namespace beamport::net
