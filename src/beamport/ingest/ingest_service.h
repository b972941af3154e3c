// SPDX-License-Identifier: Apache-2.0
#pragma once

// Takes scans in, unattended: watches roots, hears triggers, converts what the journal says is to be done, a few scans
// at once, and goes on after any interruption.
//
//   watched roots ──┐                        ┌─▶ run_scan() ─▶ published
//   hand_in() ──────┼─▶ ScanJournal ─▶ dispatcher            one thread a scan, at most `parallel`
//   other processes ┘                        └─▶ run_scan() …
//
// What is to be done is the journal's to know, what is done the disk's: a process that ends anywhere loses nothing but
// time. When the disk is nearly full no scan is begun, and those under way wait. Thread-safe.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_desk.h"
#include "beamport/ingest/ingest_root.h"
#include "beamport/ingest/root_watch.h"
#include "beamport/ingest/scan_journal.h"
#include "beamport/ingest/scan_rate.h"
#include "beamport/ingest/scan_run.h"
#include "beamport/os/free_space.h"

namespace beamport::ingest {

struct IngestServiceOptions {
  std::filesystem::path data;  // where images are published; exists
  std::vector<IngestRoot> roots;
  int parallel = 2;                                       // scans that are converted at once
  ScanRunSettings run;                                    // of each of them
  std::uint64_t reserve_bytes = std::uint64_t{10} << 30;  // that stay free on the data folder's file system
  os::FreeSpaceProbe free_space = os::free_space_of;
  ScanJournalSettings journal;
};

/// "<data>/.beamport/journal.sqlite"
[[nodiscard]] std::filesystem::path journal_path(const std::filesystem::path& data);

class IngestService final : public IngestDesk {
 public:
  /// Opens the journal; nothing runs yet. kInvalidArgument for roots that overlap with the data folder or each other.
  [[nodiscard]] static Result<std::unique_ptr<IngestService>> open(IngestServiceOptions options);

  ~IngestService() override;
  IngestService(const IngestService&) = delete;
  IngestService& operator=(const IngestService&) = delete;

  /// Begins to watch and to work.
  void start();
  /// Parks what is under way, so that it goes on at the next start; returns when all threads have ended.
  void stop();

  [[nodiscard]] Result<ScanView> hand_in(const HandIn& request) override;
  [[nodiscard]] Result<ScanView> find(const std::string& id) override;
  [[nodiscard]] Result<std::vector<ScanView>> list(const Filter& filter) override;
  [[nodiscard]] Result<ScanView> retry(const std::string& id) override;
  [[nodiscard]] Result<ScanView> cancel(const std::string& id) override;
  void listen(Listener listener) override;

 private:
  /// A scan in the hands of one of our threads.
  struct Running {
    explicit Running(Scan claimed) : scan(std::move(claimed)) {}

    Scan scan;  // as it was claimed
    std::stop_source stop;
    std::atomic<bool> has_ended{false};
    std::mutex mutex;  // guards the four after it
    ConvertProgress progress;
    ScanRate rate;
    std::optional<std::string> waits_for;
    std::chrono::steady_clock::time_point told{};
    std::chrono::steady_clock::time_point journalled{};  // the two are the thread's own
    std::chrono::steady_clock::time_point looked_for_space{};
    std::jthread thread;
  };

  IngestService(IngestServiceOptions options, std::unique_ptr<ScanJournal> journal);

  void dispatch(const std::stop_token& stop);
  [[nodiscard]] Result<void> begin_scans(const std::stop_token& stop);
  void reap();
  void count_scans();
  void work(Running& running);
  [[nodiscard]] Result<void> take_in(Running& running);
  [[nodiscard]] Result<void> finish(Running& running, const ScanRunOutcome& outcome);
  [[nodiscard]] Result<void> follow(Running& running, const ConvertProgress& progress);
  [[nodiscard]] Result<void> wait_for_space(Running& running);
  void give_up(Running& running, const Error& error);
  /// False when it is in none of our threads' hands.
  bool stop_running(const ScanId& id);
  void remove_partial(const Scan& scan) const;

  void take(const IngestRoot& root, const RootLook& look);
  [[nodiscard]] Result<void> notice(const IngestRoot& root, const ScanNews& news);

  [[nodiscard]] Result<std::optional<std::string>> lack_of_space() const;
  [[nodiscard]] const IngestRoot* root_named(const std::string& name) const noexcept;
  [[nodiscard]] Result<const IngestRoot*> root_above(const std::filesystem::path& source) const;
  [[nodiscard]] std::filesystem::path output_of(const Scan& scan) const { return options_.data / scan.request.output; }
  [[nodiscard]] std::string below_root(const Scan& scan, std::string text) const;
  [[nodiscard]] ScanView view_of(const Scan& scan);
  void tell(const Scan& scan);

  const IngestServiceOptions options_;
  const std::unique_ptr<ScanJournal> journal_;

  std::mutex running_mutex_;
  std::list<Running> running_;
  std::atomic<bool> is_short_of_space_{false};

  std::mutex listeners_mutex_;
  std::vector<Listener> listeners_;

  std::vector<std::unique_ptr<RootWatch>> watches_;
  std::jthread dispatcher_;
};

}  // namespace beamport::ingest
