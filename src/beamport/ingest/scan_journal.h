// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the ingest has to do, is doing and has done with every scan: the truth about the work, as the disk is the truth
// about the images. One SQLite file, shared by all processes on the machine; each change is on stable storage when the
// call returns, so it is journalled before it is acted on. A journal that is lost costs no image, only what was
// waiting.
//
//   notice ──▶ claim_next ──▶ advance (converting, verifying) ──▶ begin_publishing ──▶ [rename] ──▶ mark_published
//                  ▲  └─ report_progress     └─▶ mark_failed, release                            │
//                  └── requeue_interrupted: what a process that ended had in its hands           └─▶ source_is_now
//
// A source that is being removed because its image is published is no source any more: until that is done, whatever is
// said about it is not believed, or what is left of it would become the next generation.
//
// A scan that was claimed belongs to the claiming journal object until it is published, failed or released; only that
// one may take it further. When somebody cancels it meanwhile, every such call says kCancelled, and the work is to
// stop. Order is by sequence numbers, never by clocks. Illegal steps are kFailedPrecondition and change nothing.
// Thread-safe. Not carried across fork(): a child opens its own.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "beamport/crypto/random_id.h"
#include "beamport/db/database.h"
#include "beamport/db/transaction.h"
#include "beamport/ingest/scan.h"
#include "beamport/ingest/scan_clock.h"
#include "beamport/ingest/scan_owner.h"
#include "beamport/ingest/scan_table.h"

namespace beamport::ingest {

/// Delays double from the first to the longest. With these values a server that is away is waited for over four days.
struct RetryPolicy {
  std::chrono::milliseconds first_delay{10'000};
  std::chrono::milliseconds longest_delay{3'600'000};
  std::int64_t attempts = 100;  // then it has failed for good
};

struct ScanJournalSettings {
  RetryPolicy retry;
  /// A scan that brings its process down this often in a row without getting on has failed for good.
  std::int64_t interruptions = 100;
  std::chrono::milliseconds poll{200};  // how late a change by another process is seen
  std::function<Result<std::string>()> new_id = [] { return crypto::random_id(); };
  std::optional<ScanClock> clock;  // none: this machine's
};

struct ClaimLimits {
  std::int64_t slots = 1;  // scans that this journal object may have in its hands at once
  /// From this size of the source on a scan is large; large ones never take the last of several slots.
  std::int64_t large_bytes = std::int64_t{1} << 40;
};

enum class Retry : std::uint8_t { kNever, kLater };

struct NoticedScan {
  Scan scan;
  bool is_new = false;
};

class ScanJournal {
 public:
  /// Creates the file and its folder when they are not there. Errors as of db::Database::open().
  [[nodiscard]] static Result<std::unique_ptr<ScanJournal>> open(const std::filesystem::path& file,
                                                                 ScanJournalSettings settings = {});
  ~ScanJournal();
  ScanJournal(const ScanJournal&) = delete;
  ScanJournal& operator=(const ScanJournal&) = delete;

  /// Says that a source is there. While its latest scan is at work, waits or is to be tried again, that one comes back,
  /// with what was not known added to it; kFailedPrecondition when the two contradict each other. One that was
  /// published or has failed for good comes back while the content is the same or not told; with another content, and
  /// after a failure also with another count, the next generation begins (and the failed one is superseded). A
  /// cancelled one comes back in the same way, and to a watcher always. kAlreadyExists when another source makes this
  /// image.
  [[nodiscard]] Result<NoticedScan> notice(const ScanRequest& request);

  /// The next scan that is due, now in state settling and in this object's hands; nothing when all slots are taken or
  /// no scan is due. Fair between users: ScanTable::find_next().
  [[nodiscard]] Result<std::optional<Scan>> claim_next(const ClaimLimits& limits);

  /// To converting or verifying; being there already is fine.
  [[nodiscard]] Result<Scan> advance(const ScanId& id, ScanState to);
  /// Not more than once a second: it is as durable as all the rest.
  [[nodiscard]] Result<Scan> report_progress(const ScanId& id, const ScanProgress& progress);
  /// The last moment at which it can be cancelled; after it, the image gets its name. The content is that of the source
  /// as it was converted, for whoever finds the image published after a crash; empty: as it is known.
  [[nodiscard]] Result<Scan> begin_publishing(const ScanId& id, std::string_view content = {});
  /// The content is that of the source as it was converted. The generation before it is superseded. Watchers say the
  /// source again after this, so that what changed in the last moment is noticed. May be said twice.
  [[nodiscard]] Result<Scan> mark_published(const ScanId& id, std::string_view content,
                                            SourceDue due = SourceDue::kNothing);
  /// How far somebody has got with the source of a published scan. kFailedPrecondition when it is no longer the latest
  /// of its source, so that nothing is taken away from its successor.
  [[nodiscard]] Result<Scan> source_is_now(const ScanId& id, SourceDue due);
  [[nodiscard]] Result<Scan> mark_failed(const ScanId& id, const Error& why, Retry retry);
  /// Puts it back to wait for its turn, after the delay, without a reproach: for an orderly stop, or a full disk.
  [[nodiscard]] Result<Scan> release(const ScanId& id, std::chrono::milliseconds delay = std::chrono::milliseconds(0));

  /// Puts everything back that was in the hands of processes that have ended; how many that were. At the start of a
  /// service, and every minute or so for the other services.
  [[nodiscard]] Result<std::int64_t> requeue_interrupted();

  /// Begins another generation of a published scan with the same content: its image is damaged. One that is under way
  /// already comes back. kFailedPrecondition, saying what to do, when the latest scan of the source has failed or was
  /// cancelled, or the source is being removed.
  [[nodiscard]] Result<NoticedScan> repeat(const ScanId& id);

  /// Makes a failed, cancelled or waiting scan due now, with all its attempts before it.
  [[nodiscard]] Result<Scan> retry(const ScanId& id);
  /// Cancelled already is fine.
  [[nodiscard]] Result<Scan> cancel(const ScanId& id);

  /// kNotFound when there is none.
  [[nodiscard]] Result<Scan> find(const ScanId& id);
  [[nodiscard]] Result<ScanList> list(const ScanFilter& filter, const ScanPage& page);
  /// States without scans are absent.
  [[nodiscard]] Result<std::map<ScanState, std::int64_t>> counts();
  /// How long until a scan that waits is due: 0 when one is, nothing when none waits.
  [[nodiscard]] Result<std::optional<std::chrono::milliseconds>> time_to_next();

  /// Number of the last change, by whatever process; it only grows.
  [[nodiscard]] Result<std::int64_t> changes();
  /// Returns when changes() is above `since`, after the timeout, or when asked to stop; the number of the last change.
  [[nodiscard]] Result<std::int64_t> wait_for_change(std::int64_t since, std::chrono::milliseconds timeout,
                                                     const std::stop_token& stop);

 private:
  ScanJournal(ScanJournalSettings settings, ScanClock clock, std::filesystem::path owners, ScanOwner owner,
              db::Database writer, db::Database reader);

  /// One transaction on one row: `edit` says whether it changed it.
  using Edit = std::function<Result<bool>(ScanRow&)>;
  [[nodiscard]] Result<Scan> change_locked(const ScanId& id, std::string_view purpose, const Edit& edit);
  /// The same for a scan in this object's hands.
  [[nodiscard]] Result<Scan> change_own(const ScanId& id, std::string_view purpose, const Edit& edit);
  /// kCancelled or kFailedPrecondition when it is not in this object's hands (any more).
  [[nodiscard]] Result<void> require_own(const ScanRow& row);
  /// Commits and tells those who wait.
  [[nodiscard]] Result<void> commit(db::Transaction& transaction);

  [[nodiscard]] Result<NoticedScan> notice_again(ScanRow latest, const ScanRequest& request);
  [[nodiscard]] Result<NoticedScan> begin_generation(const ScanRequest& request, std::int64_t generation);
  [[nodiscard]] Result<std::int64_t> requeue_of(const std::string& owner);
  void put_back(ScanRow& row) const;
  [[nodiscard]] ScanDelay delay_of(std::chrono::milliseconds length) const;

  const ScanJournalSettings settings_;
  const ScanClock clock_;
  const std::filesystem::path owners_;
  const ScanOwner owner_;

  std::mutex write_mutex_;  // guards the three after it
  db::Database writer_;
  ScanTable written_;
  std::set<ScanId> in_hand_;  // somebody works at it and has not been told to stop

  std::mutex read_mutex_;  // guards the four after it; never taken with write_mutex_
  db::Database reader_;
  ScanTable read_;
  std::optional<std::int64_t> seen_outside_;  // when last_change_ was read
  std::int64_t last_change_ = 0;

  std::mutex commit_mutex_;  // guards the one after it; taken last
  std::uint64_t commits_ = 0;
  std::condition_variable_any committed_;
};

}  // namespace beamport::ingest
