// SPDX-License-Identifier: Apache-2.0
#pragma once

// Does with the slices of published scans what their roots say (source_policy.h), one scan after the other in a thread
// of its own. What is to be done is in the journal, so it goes on after a stop or a crash at any point:
//
//   published ─▶ comparing ─▶ [list of what may go] ─▶ removing ─▶ nothing due
//
// Of all services of one data folder one does this at a time.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_roots.h"
#include "beamport/ingest/scan_journal.h"
#include "beamport/ingest/source_policy.h"

namespace beamport::ingest {

class SourceDisposal {
 public:
  /// `data` is the data folder; the others outlive this object.
  SourceDisposal(std::filesystem::path data, ScanJournal& journal, const IngestRoots& roots)
      : data_(std::move(data)), journal_(journal), roots_(roots) {}
  SourceDisposal(const SourceDisposal&) = delete;
  SourceDisposal& operator=(const SourceDisposal&) = delete;
  ~SourceDisposal() { stop(); }

  void start();
  void stop();
  /// Something new is due.
  void wake();

 private:
  using Clock = std::chrono::steady_clock;
  struct Delay {
    Clock::time_point until;
    std::chrono::seconds length{0};
  };

  void run(const std::stop_token& stop);
  void dispose_of_all(const std::stop_token& stop);
  void dispose_of(const Scan& scan, const std::stop_token& stop);
  [[nodiscard]] Result<std::string> take_up(const Scan& scan, const IngestRoot& root, const std::stop_token& stop);
  [[nodiscard]] Result<void> compare(const Scan& scan, const IngestRoot& root, const std::stop_token& stop);
  [[nodiscard]] Result<std::string> remove(const Scan& scan, const IngestRoot& root, const std::stop_token& stop);
  void put_off(const Scan& scan, const IngestRoot& root, const Error& error);
  [[nodiscard]] PublishedSource source_of(const Scan& scan, const IngestRoot& root) const;
  [[nodiscard]] std::filesystem::path list_of(const Scan& scan) const {
    return data_ / ".beamport" / "removals" / (scan.id.text() + ".json");
  }

  const std::filesystem::path data_;
  ScanJournal& journal_;
  const IngestRoots& roots_;

  std::map<ScanId, Delay> delays_;  // the thread's own

  std::mutex mutex_;  // guards the one after it
  bool is_woken_ = false;
  std::condition_variable_any woken_;
  std::jthread thread_;
};

}  // namespace beamport::ingest
