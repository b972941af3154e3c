// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scan that this process has claimed, and the thread that takes it through run_scan(): every step is journalled and
// told, and what comes of it goes back into the journal. While the disk is nearly full it waits. Its methods may be
// called from other threads.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_roots.h"
#include "beamport/ingest/scan_board.h"
#include "beamport/ingest/scan_journal.h"
#include "beamport/ingest/scan_run.h"
#include "beamport/ingest/space_guard.h"

namespace beamport::ingest {

/// What all scans in hand share; it outlives them.
struct ScanWorkplace {
  std::filesystem::path data;
  ScanRunSettings run;
  const IngestRoots& roots;
  const SpaceGuard& space;
  ScanJournal& journal;
  ScanBoard& board;
  std::function<void()> source_is_due;  // the journal says that something is to be done with the source of one

  [[nodiscard]] std::filesystem::path output_of(const Scan& scan) const { return data / scan.request.output; }
};

class ScanInHand {
  using Clock = std::chrono::steady_clock;

 public:
  /// Begins at once.
  ScanInHand(Scan claimed, const ScanWorkplace& place);
  ScanInHand(const ScanInHand&) = delete;
  ScanInHand& operator=(const ScanInHand&) = delete;
  /// Parks it, and waits until that is done.
  ~ScanInHand() = default;

  [[nodiscard]] const ScanId& id() const noexcept { return scan_.id; }
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  void request_stop() noexcept { thread_.request_stop(); }
  /// It reads and writes, and does not only wait for slices or for space.
  [[nodiscard]] bool is_busy() const noexcept;

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] Result<ScanRunRequest> run_request() const;
  [[nodiscard]] Result<void> take_in(const std::stop_token& stop);
  [[nodiscard]] Result<void> finish(const ScanRunOutcome& outcome);
  void count(const ScanRunOutcome& outcome) const;
  [[nodiscard]] Result<void> follow(const ConvertProgress& progress, const std::stop_token& stop);
  [[nodiscard]] Result<void> wait_for_space(const std::stop_token& stop);
  void give_up(const Error& error);

  const Scan scan_;  // as it was claimed
  const ScanWorkplace& place_;
  std::atomic<bool> has_ended_{false};
  std::atomic<Clock::time_point> got_on_{Clock::now()};

  // Of its own thread.
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point told_{};
  Clock::time_point journalled_{};
  Clock::time_point looked_for_space_{};
  std::optional<Clock::time_point> all_landed_;  // while it was being converted

  std::jthread thread_;  // last: ends before anything above goes
};

/// Removes what a scan that was cancelled left; nobody works at it.
void remove_partial(const std::filesystem::path& output);

}  // namespace beamport::ingest
