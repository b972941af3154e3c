// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scrub_pace.h"

#include <algorithm>

namespace beamport::ingest {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestWork{20};         // before a rest, which would else be too short to be kept
constexpr std::chrono::seconds kLongestRest{60};  // after a reading that hung
constexpr milliseconds kBusyPoll{200};

}  // namespace

Result<void> ScrubPace::pass(std::uint64_t bytes) {
  Lock lock(mutex_);
  passed_ += bytes;
  wait_while_busy(lock);
  if (limits_.bytes_per_second > 0) {
    const std::chrono::duration<double> due(static_cast<double>(passed_) /
                                            static_cast<double>(limits_.bytes_per_second));
    wait_until(lock, begun_ + std::chrono::duration_cast<Clock::duration>(due));
  }
  const Clock::time_point now = Clock::now();
  const Clock::duration worked = now - awake_since_;
  if (limits_.share < 1 && worked >= kShortestWork) {
    const std::chrono::duration<double> wanted = worked * (1 / limits_.share - 1);
    const auto rest =
        std::chrono::duration_cast<Clock::duration>(std::min<std::chrono::duration<double>>(wanted, kLongestRest));
    awake_since_ = now + rest;
  }
  // All readers rest together.
  wait_until(lock, awake_since_);
  if (stop_.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
  return {};
}

void ScrubPace::wait_while_busy(Lock& lock) {
  bool has_waited = false;
  while (limits_.is_busy && !stop_.stop_requested() && limits_.is_busy()) {
    has_waited = true;
    wait_until(lock, Clock::now() + kBusyPoll);
  }
  if (!has_waited) return;
  // What was not read meanwhile is not made up for by haste.
  begun_ = Clock::now();
  passed_ = 0;
  awake_since_ = std::max(awake_since_, begun_);
}

void ScrubPace::wait_until(Lock& lock, Clock::time_point time) {
  if (time > Clock::now()) woken_.wait_until(lock, stop_, time, [] { return false; });
}

}  // namespace beamport::ingest
