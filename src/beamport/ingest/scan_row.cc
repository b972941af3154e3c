// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_row.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace beamport::ingest {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

const std::string_view kScanColumns =
    "sequence, id, source, generation, output, user_name, scan_date, scan_name, root_name, told_by, expected_slices, "
    "first_number, content, source_bytes, state, is_publishing, owner, reason_code, reason, attempts, interruptions, "
    "wait_boot, wait_from_ns, wait_ms, slices_done, slices_total, bytes_done, created, changed, change, source_due";

namespace {

// In the order of kScanColumns.
enum Column {
  kSequence,
  kId,
  kSource,
  kGeneration,
  kOutput,
  kUserName,
  kScanDate,
  kScanName,
  kRootName,
  kToldBy,
  kExpectedSlices,
  kFirstNumber,
  kContent,
  kSourceBytes,
  kState,
  kIsPublishing,
  kOwner,
  kReasonCode,
  kReason,
  kAttempts,
  kInterruptions,
  kWaitBoot,
  kWaitFromNs,
  kWaitMs,
  kSlicesDone,
  kSlicesTotal,
  kBytesDone,
  kCreated,
  kChanged,
  kChange,
  kSourceDue,
};

ErrorCode parse_error_code(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    if (name_of(static_cast<ErrorCode>(code)) == name) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::kInternal;  // one that a later version will know; the text says what it was
}

/// The same rule as in ScanTable::find_next().
milliseconds remaining(const ScanDelay& delay, const ScanClock& clock) {
  const nanoseconds now = clock.since_boot();
  if (delay.boot != clock.boot || now < delay.from) return milliseconds(0);
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(delay.length - (now - delay.from)));
}

std::optional<ScanDelay> read_delay(const db::Statement& select) {
  if (select.is_null(kWaitMs)) return std::nullopt;
  return ScanDelay{.boot = select.text(kWaitBoot),
                   .from = nanoseconds(select.integer(kWaitFromNs)),
                   .length = milliseconds(select.integer(kWaitMs))};
}

}  // namespace

Result<ScanRow> read_scan_row(const db::Statement& select, const ScanClock& clock) {
  const std::string where = fmt::format("row {} of the journal", select.integer(kSequence));
  BEAMPORT_ASSIGN(ScanId id, ScanId::parse(select.text(kId)).map_error([&](const Error& error) {
    return Error{ErrorCode::kCorrupt, fmt::format("{}: {}", where, error.message), error.where};
  }));
  const auto state = parse_wire_name<ScanState>(select.text(kState));
  const auto trigger = parse_wire_name<ScanTrigger>(select.text(kToldBy));
  const auto source_due = parse_wire_name<SourceDue>(select.text(kSourceDue));
  if (!state || !trigger || !source_due) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: nobody knows the state '{}', the trigger '{}' or the source's '{}'", where,
                            select.text(kState), select.text(kToldBy), select.text(kSourceDue)));
  }
  ScanRow row{.scan = Scan{.id = std::move(id)}, .owner = select.text(kOwner), .delay = read_delay(select)};
  Scan& scan = row.scan;
  scan.sequence = select.integer(kSequence);
  scan.generation = select.integer(kGeneration);
  scan.request = ScanRequest{.source = select.text(kSource),
                             .output = select.text(kOutput),
                             .user = select.text(kUserName),
                             .date = select.text(kScanDate),
                             .name = select.text(kScanName),
                             .root = select.text(kRootName),
                             .trigger = *trigger,
                             .expected_slices = select.optional_integer(kExpectedSlices),
                             .first_number = select.optional_integer(kFirstNumber),
                             .content = select.text(kContent),
                             .source_bytes = select.integer(kSourceBytes)};
  scan.state = *state;
  scan.is_publishing = select.integer(kIsPublishing) != 0;
  if (!select.is_null(kReasonCode)) {
    scan.reason = ScanReason{.code = parse_error_code(select.text(kReasonCode)), .text = select.text(kReason)};
  }
  scan.attempts = select.integer(kAttempts);
  scan.interruptions = select.integer(kInterruptions);
  if (row.delay) scan.next_try_in = remaining(*row.delay, clock);
  scan.progress = ScanProgress{.slices_done = select.integer(kSlicesDone),
                               .slices_total = select.integer(kSlicesTotal),
                               .bytes_done = select.integer(kBytesDone)};
  scan.source_due = *source_due;
  scan.created = select.text(kCreated);
  scan.changed = select.text(kChanged);
  scan.change = select.integer(kChange);
  return row;
}

Result<void> write_scan_row(db::Database& database, const ScanRow& row) {
  BEAMPORT_ASSIGN(db::Statement update, database.prepare("write a scan", R"sql(
UPDATE scan SET expected_slices = $2, first_number = $3, content = $4, source_bytes = $5, state = $6, is_publishing = $7,
  owner = $8, reason_code = $9, reason = $10, attempts = $11, interruptions = $12, wait_boot = $13, wait_from_ns = $14,
  wait_ms = $15, slices_done = $16, slices_total = $17, bytes_done = $18, changed = $19, change = $20,
  source_due = $21
WHERE id = $1)sql"));
  const Scan& scan = row.scan;
  update.bind(1, scan.id.text()).bind(2, scan.request.expected_slices).bind(3, scan.request.first_number);
  update.bind(4, scan.request.content).bind(5, scan.request.source_bytes).bind(6, wire_name_of(scan.state));
  update.bind(7, scan.is_publishing).bind(8, row.owner);
  if (scan.reason) {
    update.bind(9, name_of(scan.reason->code)).bind(10, scan.reason->text);
  } else {
    update.bind(9, std::nullopt).bind(10, std::nullopt);
  }
  update.bind(11, scan.attempts).bind(12, scan.interruptions);
  if (row.delay) {
    update.bind(13, row.delay->boot).bind(14, row.delay->from.count()).bind(15, row.delay->length.count());
  } else {
    update.bind(13, std::nullopt).bind(14, std::nullopt).bind(15, std::nullopt);
  }
  update.bind(16, scan.progress.slices_done).bind(17, scan.progress.slices_total).bind(18, scan.progress.bytes_done);
  update.bind(19, scan.changed).bind(20, scan.change);
  update.bind(21, wire_name_of(scan.source_due));
  BEAMPORT_ASSIGN(const std::int64_t written, update.run());
  if (written == 1) return {};
  return fail(ErrorCode::kInternal, fmt::format("scan {} has gone from the journal", scan.id.text()));
}

}  // namespace beamport::ingest
