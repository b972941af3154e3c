// SPDX-License-Identifier: Apache-2.0
#pragma once

// Takes scans in, unattended: watches roots, hears triggers, converts what the journal says is to be done, a few scans
// at once, and goes on after any interruption.
//
//   watched roots ──┐                        ┌─▶ ScanInHand ─▶ published ─▶ SourceDisposal
//   hand_in() ──────┼─▶ ScanJournal ─▶ dispatcher            one thread a scan, at most `parallel`
//   other processes ┤                        └─▶ ScanInHand …
//   BackgroundScrub ┘ finds damage, ImageRepair hands it in
//
// What is to be done is the journal's to know, what is done the disk's: a process that ends anywhere loses nothing but
// time. When the disk is nearly full no scan is begun, and those under way wait. Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/background_scrub.h"
#include "beamport/ingest/image_repair.h"
#include "beamport/ingest/ingest_desk.h"
#include "beamport/ingest/ingest_roots.h"
#include "beamport/ingest/root_watch.h"
#include "beamport/ingest/scan_board.h"
#include "beamport/ingest/scan_in_hand.h"
#include "beamport/ingest/scan_journal.h"
#include "beamport/ingest/source_disposal.h"
#include "beamport/ingest/space_guard.h"
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

  /// Of the background scrub.
  std::chrono::milliseconds scrub_every{std::chrono::hours(24 * 7)};  // 0: never
  double scrub_share = 0.1;                                           // of the time, at most; above 0, 1 is all of it
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
  void listen(Listener listener) override { board_.listen(std::move(listener)); }

  /// Hands a damaged image in to be converted again.
  [[nodiscard]] const ImageRepair& repair() const noexcept { return repair_; }

 private:
  IngestService(IngestServiceOptions options, IngestRoots roots, std::unique_ptr<ScanJournal> journal);

  void watch(const IngestRoot& root);
  void take(const IngestRoot& root, const RootLook& look);
  [[nodiscard]] Result<void> notice(const IngestRoot& root, const ScanNews& news);

  void dispatch(const std::stop_token& stop);
  [[nodiscard]] Result<void> put_interrupted_back();
  [[nodiscard]] Result<void> begin_scans(const std::stop_token& stop);
  void tell_changes(std::int64_t& told);
  void reap();
  void count_scans();
  [[nodiscard]] bool is_converting();
  /// False when it is in none of our threads' hands.
  bool stop_running(const ScanId& id);

  const IngestServiceOptions options_;
  const IngestRoots roots_;
  const std::unique_ptr<ScanJournal> journal_;
  const SpaceGuard space_;
  ScanBoard board_;
  ImageRepair repair_;
  SourceDisposal disposal_;
  const ScanWorkplace workplace_;

  std::mutex running_mutex_;
  std::list<ScanInHand> running_;
  std::atomic<bool> is_short_of_space_{false};

  BackgroundScrub scrub_;
  std::vector<std::unique_ptr<RootWatch>> watches_;
  std::jthread dispatcher_;
};

}  // namespace beamport::ingest
