// SPDX-License-Identifier: Apache-2.0
#pragma once

// The scans as rows of the journal's database: one a source and generation. What the rows mean and which change is
// allowed is the journal's business (scan_journal.h). Not thread-safe; the writing functions are called inside a
// transaction that was begun on the same database.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/db/database.h"
#include "beamport/ingest/scan.h"
#include "beamport/ingest/scan_clock.h"

namespace beamport::ingest {

/// From when on a scan waits before its next try, and how long.
struct ScanDelay {
  std::string boot;
  std::chrono::nanoseconds from{0};  // ScanClock::since_boot
  std::chrono::milliseconds length{0};
};

struct ScanRow {
  Scan scan;
  std::string owner{};               // while it is running (scan_owner.h)
  std::optional<ScanDelay> delay{};  // while it waits for another try
};

struct ScanFilter {
  std::vector<ScanState> states{};  // none: all
  std::string user{};               // empty: all
  std::string root{};               // empty: all
  std::string source{};             // empty: all
  std::string output{};             // empty: all
  std::int64_t changed_after = 0;   // only those with a later change
  bool source_is_due = false;       // only those with something to be done with their source
};

/// Newest first.
struct ScanPage {
  static constexpr std::int64_t kMaxScans = 1000;

  std::int64_t before = 0;  // sequence that the page ends before; 0: begins with the newest
  std::int64_t limit = 100;
};

struct ScanList {
  std::vector<Scan> scans;
  std::int64_t next = 0;  // `before` of the next page; 0: there is none
};

/// Which scans may be taken next.
struct ScanChoice {
  bool large_too = true;
  std::int64_t large_bytes = 0;     // from which size on a source is large
  std::vector<std::string> except;  // ids
};

class ScanTable {
 public:
  /// The schema of the journal's database.
  [[nodiscard]] static db::Schema schema();

  /// Both outlive it.
  ScanTable(db::Database& database, const ScanClock& clock) noexcept : database_(&database), clock_(&clock) {}

  [[nodiscard]] Result<std::optional<ScanRow>> find(const ScanId& id);
  /// Of its latest generation.
  [[nodiscard]] Result<std::optional<ScanRow>> find_latest(const std::string& source);
  [[nodiscard]] Result<std::optional<ScanRow>> find_published(const std::string& source);
  /// Another source that makes this image, or has made it.
  [[nodiscard]] Result<std::optional<ScanRow>> find_rival(const std::string& output, const std::string& source);
  /// Whose turn it is: due; of the user with the fewest running, then of the one longest unserved; then the one that
  /// least often brought its process down; then the oldest.
  [[nodiscard]] Result<std::optional<ScanRow>> find_next(const ScanChoice& choice);
  [[nodiscard]] Result<ScanList> list(const ScanFilter& filter, const ScanPage& page);
  [[nodiscard]] Result<std::map<ScanState, std::int64_t>> counts();

  [[nodiscard]] Result<std::vector<std::string>> owners();
  [[nodiscard]] Result<std::vector<ScanRow>> owned_by(const std::string& owner);

  /// How long until the first waiting scan is due; nothing when none waits. 0 when one can be taken now.
  [[nodiscard]] Result<std::optional<std::chrono::milliseconds>> time_to_next();

  [[nodiscard]] Result<std::int64_t> last_change();

  /// Number the change and note when it was; the row is then as it is stored.
  [[nodiscard]] Result<void> insert(ScanRow& row);
  [[nodiscard]] Result<void> update(ScanRow& row);
  /// The user goes to the end of the queue.
  [[nodiscard]] Result<void> has_been_served(const std::string& user, std::int64_t change);

 private:
  [[nodiscard]] Result<std::optional<ScanRow>> first_row(db::Statement& select);
  [[nodiscard]] Result<std::vector<ScanRow>> all_rows(db::Statement& select);
  [[nodiscard]] Result<void> stamp(Scan& scan);

  db::Database* database_;
  const ScanClock* clock_;
};

}  // namespace beamport::ingest
