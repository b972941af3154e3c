// SPDX-License-Identifier: Apache-2.0
#pragma once

// How fast a scrub may read, so that the disk is left to others: at most so many bytes a second, for at most a share of
// the time, and not at all while something more important goes on. Thread-safe: all readers of a pass share one pace.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

#include "beamport/base/result.h"

namespace beamport::ingest {

struct ScrubLimits {
  std::uint64_t bytes_per_second = 0;  // 0: as fast as it goes
  double share = 1;                    // of the time in which it reads; above 0. Whatever the disk can do
  std::function<bool()> is_busy = {};  // others are: then nothing is read. Asked a few times a second
};

class ScrubPace {
 public:
  using Clock = std::chrono::steady_clock;

  ScrubPace(ScrubLimits limits, std::stop_token stop)
      : limits_(std::move(limits)), stop_(std::move(stop)), begun_(Clock::now()), awake_since_(begun_) {}

  /// Said after so many bytes were read; returns when more may be. kCancelled on a stop request, at once.
  [[nodiscard]] Result<void> pass(std::uint64_t bytes);

 private:
  using Lock = std::unique_lock<std::mutex>;

  void wait_while_busy(Lock& lock);
  void wait_until(Lock& lock, Clock::time_point time);

  const ScrubLimits limits_;
  const std::stop_token stop_;
  std::mutex mutex_;  // guards all below
  std::condition_variable_any woken_;
  Clock::time_point begun_;  // when `passed_` was 0
  std::uint64_t passed_ = 0;
  Clock::time_point awake_since_;  // the end of the last rest
};

}  // namespace beamport::ingest
