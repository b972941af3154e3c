// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/timestamp.h"
#include "beamport/ingest/scan_row.h"

namespace beamport::ingest {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kWaiting = "(state = 'noticed' OR (state = 'failed' AND wait_ms IS NOT NULL))";
constexpr std::string_view kRunning = "('settling', 'converting', 'verifying')";
constexpr std::string_view kAtWork = "('noticed', 'settling', 'converting', 'verifying', 'failed')";

/// "$2, $3, $4": the values themselves are bound.
std::string places(int first, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{}${}", i == 0 ? "" : ", ", first + static_cast<int>(i));
  return text;
}

}  // namespace

Result<std::optional<ScanRow>> ScanTable::first_row(db::Statement& select) {
  BEAMPORT_ASSIGN(const bool found, select.next());
  if (!found) return std::nullopt;
  return read_scan_row(select, *clock_);
}

Result<std::vector<ScanRow>> ScanTable::all_rows(db::Statement& select) {
  std::vector<ScanRow> rows;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return rows;
    BEAMPORT_ASSIGN(ScanRow row, read_scan_row(select, *clock_));
    rows.push_back(std::move(row));
  }
}

Result<std::optional<ScanRow>> ScanTable::find(const ScanId& id) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find a scan", fmt::format("SELECT {} FROM scan WHERE id = $1", kScanColumns)));
  return first_row(select.bind(1, id.text()));
}

Result<std::optional<ScanRow>> ScanTable::find_latest(const std::string& source) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare(
          "find the scan of a source",
          fmt::format("SELECT {} FROM scan WHERE source = $1 ORDER BY generation DESC LIMIT 1", kScanColumns)));
  return first_row(select.bind(1, source));
}

Result<std::optional<ScanRow>> ScanTable::find_published(const std::string& source) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find the published scan of a source",
                         fmt::format("SELECT {} FROM scan WHERE source = $1 AND state = 'published'", kScanColumns)));
  return first_row(select.bind(1, source));
}

Result<std::optional<ScanRow>> ScanTable::find_rival(const std::string& output, const std::string& source) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare(
                      "find the scan of an image",
                      fmt::format("SELECT {} FROM scan WHERE output = $1 AND source <> $2 AND (state IN {} OR state = "
                                  "'published') LIMIT 1",
                                  kScanColumns, kAtWork)));
  return first_row(select.bind(1, output).bind(2, source));
}

Result<std::optional<ScanRow>> ScanTable::find_next(const ScanChoice& choice) {
  // Waiting is over when it was long enough, and when the times cannot be compared: after a restart of the machine, or
  // in a clock that lies before the beginning. So no clock can make a scan wait for more than its delay.
  constexpr int kFirstExcept = 5;
  const std::string sql = fmt::format(
      R"sql(
SELECT {} FROM scan
WHERE {} AND (wait_ms IS NULL OR wait_boot <> $1 OR $2 < wait_from_ns OR $2 - wait_from_ns >= wait_ms * 1000000)
  AND ($3 = 1 OR source_bytes < $4) AND id NOT IN ({})
ORDER BY (SELECT count(*) FROM scan AS r WHERE r.user_name = scan.user_name AND r.state IN {}),
  coalesce((SELECT served FROM turn WHERE turn.user_name = scan.user_name), 0), interruptions, sequence
LIMIT 1)sql",
      kScanColumns, kWaiting, places(kFirstExcept, choice.except.size()), kRunning);
  BEAMPORT_ASSIGN(db::Statement select, database_->prepare("choose the next scan", sql));
  select.bind(1, clock_->boot).bind(2, clock_->since_boot().count());
  select.bind(3, choice.large_too).bind(4, choice.large_bytes);
  for (std::size_t i = 0; i < choice.except.size(); ++i) {
    select.bind(kFirstExcept + static_cast<int>(i), choice.except[i]);
  }
  return first_row(select);
}

Result<std::optional<milliseconds>> ScanTable::time_to_next() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("look when the next scan is due",
                                     fmt::format("SELECT {} FROM scan WHERE {}", kScanColumns, kWaiting)));
  std::optional<milliseconds> soonest;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return soonest;
    BEAMPORT_ASSIGN(const ScanRow row, read_scan_row(select, *clock_));
    const milliseconds in = row.scan.next_try_in.value_or(milliseconds(0));
    soonest = std::min(in, soonest.value_or(in));
    if (in.count() == 0) return soonest;
  }
}

Result<ScanList> ScanTable::list(const ScanFilter& filter, const ScanPage& page) {
  const std::int64_t limit = std::clamp<std::int64_t>(page.limit, 1, ScanPage::kMaxScans);
  // Only what is asked for is in the condition, so that an index can serve it.
  std::string condition = "$1 = $1";
  int number = 1;
  const auto add = [&](bool is_asked, std::string_view text) {
    if (is_asked) condition += fmt::format(" AND {} ${}", text, ++number);
  };
  add(page.before > 0, "sequence <");
  add(!filter.user.empty(), "user_name =");
  add(!filter.root.empty(), "root_name =");
  add(!filter.source.empty(), "source =");
  add(!filter.output.empty(), "output =");
  add(filter.changed_after > 0, "change >");
  if (filter.source_is_due) condition += " AND source_due <> 'nothing'";
  if (!filter.states.empty()) condition += fmt::format(" AND state IN ({})", places(number + 1, filter.states.size()));
  // The plus keeps the engine from walking through all scans for their order, where few have changed.
  const std::string sql = fmt::format("SELECT {} FROM scan WHERE {} ORDER BY {}sequence DESC LIMIT $1", kScanColumns,
                                      condition, filter.changed_after > 0 ? "+" : "");
  BEAMPORT_ASSIGN(db::Statement select, database_->prepare("list scans", sql));
  select.bind(1, limit + 1);
  number = 1;
  if (page.before > 0) select.bind(++number, page.before);
  for (const std::string* text : {&filter.user, &filter.root, &filter.source, &filter.output}) {
    if (!text->empty()) select.bind(++number, *text);
  }
  if (filter.changed_after > 0) select.bind(++number, filter.changed_after);
  for (const ScanState state : filter.states) select.bind(++number, wire_name_of(state));
  BEAMPORT_ASSIGN(std::vector<ScanRow> rows, all_rows(select));
  ScanList list;
  // One more was asked for, to know whether there are more.
  const bool more = std::cmp_greater(rows.size(), limit);
  if (more) rows.pop_back();
  for (ScanRow& row : rows) list.scans.push_back(std::move(row.scan));
  if (more) list.next = list.scans.back().sequence;
  return list;
}

Result<std::map<ScanState, std::int64_t>> ScanTable::counts() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("count scans", "SELECT state, count(*) FROM scan GROUP BY state"));
  std::map<ScanState, std::int64_t> counts;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return counts;
    const auto state = parse_wire_name<ScanState>(select.text(0));
    if (!state) return fail(ErrorCode::kCorrupt, fmt::format("the journal knows a state '{}'", select.text(0)));
    counts[*state] = select.integer(1);
  }
}

Result<std::vector<std::string>> ScanTable::owners() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list who has scans",
                                     fmt::format("SELECT DISTINCT owner FROM scan WHERE state IN {}", kRunning)));
  std::vector<std::string> owners;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return owners;
    owners.push_back(select.text(0));
  }
}

Result<std::vector<ScanRow>> ScanTable::owned_by(const std::string& owner) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("list the scans of a process",
                         fmt::format("SELECT {} FROM scan WHERE state IN {} AND owner = $1 ORDER BY sequence",
                                     kScanColumns, kRunning)));
  return all_rows(select.bind(1, owner));
}

Result<std::int64_t> ScanTable::last_change() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("read the number of changes", "SELECT value FROM change_count"));
  BEAMPORT_ASSIGN(const bool found, select.next());
  if (!found) return fail(ErrorCode::kCorrupt, "the journal has lost its count of changes");
  return select.integer(0);
}

Result<void> ScanTable::stamp(Scan& scan) {
  BEAMPORT_ASSIGN(db::Statement count,
                  database_->prepare("number a change", "UPDATE change_count SET value = value + 1 RETURNING value"));
  BEAMPORT_ASSIGN(const bool found, count.next());
  if (!found) return fail(ErrorCode::kCorrupt, "the journal has lost its count of changes");
  scan.change = count.integer(0);
  BEAMPORT_TRY(count.run());
  scan.changed = utc_timestamp(clock_->wall());
  return {};
}

Result<void> ScanTable::insert(ScanRow& row) {
  Scan& scan = row.scan;
  BEAMPORT_TRY(stamp(scan));
  scan.created = scan.changed;
  const ScanRequest& request = scan.request;
  BEAMPORT_ASSIGN(db::Statement insert, database_->prepare("note a scan", R"sql(
INSERT INTO scan (id, source, generation, output, user_name, scan_date, scan_name, root_name, told_by, created, content,
                  source_bytes, state, changed, change)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, 'noticed', '', 0) RETURNING sequence)sql"));
  insert.bind(1, scan.id.text()).bind(2, request.source).bind(3, scan.generation).bind(4, request.output);
  insert.bind(5, request.user).bind(6, request.date).bind(7, request.name).bind(8, request.root);
  insert.bind(9, wire_name_of(request.trigger)).bind(10, scan.created);
  BEAMPORT_ASSIGN(const bool inserted, insert.next());
  if (!inserted) return fail(ErrorCode::kInternal, "the journal did not number a new scan");
  scan.sequence = insert.integer(0);
  BEAMPORT_TRY(insert.run());
  return write_scan_row(*database_, row);
}

Result<void> ScanTable::update(ScanRow& row) {
  BEAMPORT_TRY(stamp(row.scan));
  return write_scan_row(*database_, row);
}

Result<void> ScanTable::has_been_served(const std::string& user, std::int64_t change) {
  BEAMPORT_ASSIGN(db::Statement put, database_->prepare("end a user's turn", R"sql(
INSERT INTO turn (user_name, served) VALUES ($1, $2) ON CONFLICT (user_name) DO UPDATE SET served = excluded.served)sql"));
  BEAMPORT_TRY(put.bind(1, user).bind(2, change).run());
  return {};
}

}  // namespace beamport::ingest
