// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_journal.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/ingest/scan_request.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

Failure no_such_scan(const ScanId& id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no scan {}", id.text()));
}

Result<void> step(Scan& scan, ScanState to) {
  if (!may_follow(scan.state, to)) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("scan {} of {} is {} and cannot become {}", scan.id.text(), scan.request.source,
                            wire_name_of(scan.state), wire_name_of(to)));
  }
  scan.state = to;
  scan.is_publishing = false;
  scan.source_due = SourceDue::kNothing;
  return {};
}

milliseconds delay_after(const RetryPolicy& policy, std::int64_t attempts) {
  milliseconds delay = policy.first_delay;
  for (std::int64_t i = 1; i < attempts && delay < policy.longest_delay; ++i) delay *= 2;
  return std::min(delay, policy.longest_delay);
}

/// It has failed and will not be tried again by itself.
bool has_failed_for_good(const Scan& scan) {
  return scan.state == ScanState::kFailed && !scan.next_try_in;
}

}  // namespace

ScanJournal::ScanJournal(ScanJournalSettings settings, ScanClock clock, fs::path owners, ScanOwner owner,
                         db::Database writer, db::Database reader)
    : settings_(std::move(settings)),
      clock_(std::move(clock)),
      owners_(std::move(owners)),
      owner_(std::move(owner)),
      writer_(std::move(writer)),
      written_(writer_, clock_),
      reader_(std::move(reader)),
      read_(reader_, clock_) {}

ScanJournal::~ScanJournal() = default;

Result<std::unique_ptr<ScanJournal>> ScanJournal::open(const fs::path& file, ScanJournalSettings settings) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::error_code error;
  if (fs::create_directories(folder, error)) BEAMPORT_TRY(os::sync_directory(folder / ".."));
  if (error) return os::system_error(error.value(), "create", folder);
  std::optional<ScanClock> clock = settings.clock;
  if (!clock) {
    BEAMPORT_ASSIGN(clock, ScanClock::of_this_machine());
  }
  BEAMPORT_ASSIGN(db::Database writer, db::Database::open(file, ScanTable::schema()));
  BEAMPORT_ASSIGN(db::Database reader, writer.connect_again());
  const fs::path owners = folder / "owners";
  BEAMPORT_ASSIGN(ScanOwner owner, ScanOwner::create(owners, settings.new_id));
  return std::unique_ptr<ScanJournal>(new ScanJournal(std::move(settings), *std::move(clock), owners, std::move(owner),
                                                      std::move(writer), std::move(reader)));
}

Result<void> ScanJournal::commit(db::Transaction& transaction) {
  BEAMPORT_TRY(transaction.commit());
  {
    const std::lock_guard lock(commit_mutex_);
    ++commits_;
  }
  committed_.notify_all();
  return {};
}

Result<Scan> ScanJournal::change_locked(const ScanId& id, std::string_view purpose, const Edit& edit) {
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, purpose));
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, written_.find(id));
  if (!row) return no_such_scan(id);
  BEAMPORT_ASSIGN(const bool changed, edit(*row));
  if (!changed) return std::move(row->scan);
  BEAMPORT_TRY(written_.update(*row));
  BEAMPORT_TRY(commit(transaction));
  return std::move(row->scan);
}

Result<void> ScanJournal::require_own(const ScanRow& row) {
  const Scan& scan = row.scan;
  if (row.owner == owner_.id()) return {};
  in_hand_.erase(scan.id);
  if (scan.state == ScanState::kCancelled || scan.state == ScanState::kSuperseded) {
    return fail(ErrorCode::kCancelled,
                fmt::format("scan {} of {} was {}", scan.id.text(), scan.request.source, wire_name_of(scan.state)));
  }
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("scan {} of {} is {} and not in the hands of this process", scan.id.text(),
                          scan.request.source, wire_name_of(scan.state)));
}

Result<Scan> ScanJournal::change_own(const ScanId& id, std::string_view purpose, const Edit& edit) {
  const std::lock_guard lock(write_mutex_);
  std::string owner;
  BEAMPORT_ASSIGN(Scan changed, change_locked(id, purpose, [&](ScanRow& row) -> Result<bool> {
                    BEAMPORT_TRY(require_own(row));
                    BEAMPORT_ASSIGN(const bool is_changed, edit(row));
                    owner = row.owner;
                    return is_changed;
                  }));
  if (owner.empty()) in_hand_.erase(id);  // it was let go
  return changed;
}

Result<NoticedScan> ScanJournal::notice(const ScanRequest& told) {
  BEAMPORT_ASSIGN(const ScanRequest request, checked_request(told));
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "notice a scan"));
  BEAMPORT_ASSIGN(std::optional<ScanRow> latest, written_.find_latest(request.source));
  const std::int64_t before = latest ? latest->scan.change : 0;
  BEAMPORT_ASSIGN(NoticedScan noticed,
                  latest ? notice_again(*std::move(latest), request) : begin_generation(request, 1));
  if (noticed.is_new || noticed.scan.change != before) BEAMPORT_TRY(commit(transaction));
  return noticed;
}

Result<NoticedScan> ScanJournal::notice_again(ScanRow latest, const ScanRequest& request) {
  Scan& scan = latest.scan;
  const bool is_new_content = has_other_content(scan.request, request);
  switch (scan.state) {
    case ScanState::kPublished:
      if (is_new_content && scan.source_due != SourceDue::kRemoving)
        return begin_generation(request, scan.generation + 1);
      return NoticedScan{.scan = std::move(scan)};
    case ScanState::kSuperseded:  // by its successor, so it never is the latest; and if it were, it has ended
    case ScanState::kCancelled:
      if (is_new_content && request.trigger != ScanTrigger::kWatch)
        return begin_generation(request, scan.generation + 1);
      return NoticedScan{.scan = std::move(scan)};
    case ScanState::kFailed:
      if (!has_failed_for_good(scan)) break;
      if (!is_new_content && !has_other_count(scan.request, request)) return NoticedScan{.scan = std::move(scan)};
      BEAMPORT_TRY(step(scan, ScanState::kSuperseded));
      BEAMPORT_TRY(written_.update(latest));
      return begin_generation(request, scan.generation + 1);
    case ScanState::kNoticed:
    case ScanState::kSettling:
    case ScanState::kConverting:
    case ScanState::kVerifying:
      break;
  }
  BEAMPORT_ASSIGN(const bool changed, merge_request(scan.request, request));
  if (changed) BEAMPORT_TRY(written_.update(latest));
  return NoticedScan{.scan = std::move(scan)};
}

Result<NoticedScan> ScanJournal::begin_generation(const ScanRequest& request, std::int64_t generation) {
  BEAMPORT_ASSIGN(const std::optional<ScanRow> rival, written_.find_rival(request.output, request.source));
  if (rival) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("{} is the image of {} already and cannot be that of {}; give one of them another "
                            "name, or cancel its scan {}",
                            request.output, rival->scan.request.source, request.source, rival->scan.id.text()));
  }
  BEAMPORT_ASSIGN(const std::string fresh, settings_.new_id());
  BEAMPORT_ASSIGN(ScanId id, ScanId::parse(fresh));
  ScanRow row{.scan = Scan{.id = std::move(id), .generation = generation, .request = request}};
  BEAMPORT_TRY(written_.insert(row));
  return NoticedScan{.scan = std::move(row.scan), .is_new = true};
}

Result<std::optional<Scan>> ScanJournal::claim_next(const ClaimLimits& limits) {
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "claim a scan"));
  // The slot of a cancelled scan is free when its work has stopped.
  if (std::cmp_greater_equal(in_hand_.size(), limits.slots)) return std::nullopt;
  BEAMPORT_ASSIGN(const std::vector<ScanRow> mine, written_.owned_by(owner_.id()));
  const auto large = std::ranges::count_if(
      mine, [&](const ScanRow& row) { return row.scan.request.source_bytes >= limits.large_bytes; });
  const bool large_too = limits.slots == 1 || large < limits.slots - 1;
  ScanChoice choice{.large_too = large_too, .large_bytes = limits.large_bytes, .except = {}};
  for (const ScanId& id : in_hand_) choice.except.push_back(id.text());
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, written_.find_next(choice));
  if (!row) return std::nullopt;
  BEAMPORT_TRY(step(row->scan, ScanState::kSettling));
  row->owner = owner_.id();
  row->delay.reset();
  row->scan.next_try_in.reset();
  BEAMPORT_TRY(written_.update(*row));
  BEAMPORT_TRY(written_.has_been_served(row->scan.request.user, row->scan.change));
  BEAMPORT_TRY(commit(transaction));
  in_hand_.insert(row->scan.id);
  return std::move(row->scan);
}

Result<Scan> ScanJournal::advance(const ScanId& id, ScanState to) {
  if (to != ScanState::kConverting && to != ScanState::kVerifying) {
    return fail(ErrorCode::kFailedPrecondition, fmt::format("a scan does not simply advance to {}", wire_name_of(to)));
  }
  return change_own(id, "advance a scan", [&](ScanRow& row) -> Result<bool> {
    if (row.scan.state == to) return false;
    BEAMPORT_TRY(step(row.scan, to));
    return true;
  });
}

Result<Scan> ScanJournal::report_progress(const ScanId& id, const ScanProgress& progress) {
  return change_own(id, "note the progress of a scan", [&](ScanRow& row) -> Result<bool> {
    Scan& scan = row.scan;
    if (scan.progress == progress) return false;
    if (progress.slices_done > scan.progress.slices_done) scan.interruptions = 0;
    scan.progress = progress;
    return true;
  });
}

Result<Scan> ScanJournal::begin_publishing(const ScanId& id, std::string_view content) {
  return change_own(id, "begin to publish a scan", [&](ScanRow& row) -> Result<bool> {
    if (row.scan.is_publishing) return false;
    if (!content.empty()) row.scan.request.content = content;
    if (row.scan.state != ScanState::kVerifying) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("scan {} is {} and not verified", id.text(), wire_name_of(row.scan.state)));
    }
    row.scan.is_publishing = true;
    return true;
  });
}

Result<Scan> ScanJournal::mark_published(const ScanId& id, std::string_view content, SourceDue due) {
  if (content.empty()) {
    return fail(ErrorCode::kInvalidArgument, "what is published has a content that can be told from others");
  }
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "publish a scan"));
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, written_.find(id));
  if (!row) return no_such_scan(id);
  Scan& scan = row->scan;
  if (scan.state == ScanState::kPublished && scan.request.content == content) return std::move(scan);
  BEAMPORT_TRY(require_own(*row));
  if (!scan.is_publishing) {
    return fail(ErrorCode::kFailedPrecondition, fmt::format("scan {} of {} is {} and not being published", id.text(),
                                                            scan.request.source, wire_name_of(scan.state)));
  }
  BEAMPORT_ASSIGN(std::optional<ScanRow> replaced, written_.find_published(scan.request.source));
  if (replaced) {
    BEAMPORT_TRY(step(replaced->scan, ScanState::kSuperseded));
    BEAMPORT_TRY(written_.update(*replaced));
  }
  BEAMPORT_TRY(step(scan, ScanState::kPublished));
  scan.request.content = content;
  scan.source_due = due;
  scan.reason.reset();
  scan.interruptions = 0;
  row->owner.clear();
  BEAMPORT_TRY(written_.update(*row));
  BEAMPORT_TRY(commit(transaction));
  in_hand_.erase(id);
  return std::move(scan);
}

Result<Scan> ScanJournal::source_is_now(const ScanId& id, SourceDue due) {
  const std::lock_guard lock(write_mutex_);
  return change_locked(id, "note what becomes of a source", [&](ScanRow& row) -> Result<bool> {
    Scan& scan = row.scan;
    if (scan.source_due == due) return false;
    BEAMPORT_ASSIGN(const std::optional<ScanRow> latest, written_.find_latest(scan.request.source));
    const bool has_successor = scan.state != ScanState::kPublished || (latest && latest->scan.id != id);
    if (has_successor && due != SourceDue::kNothing) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("scan {} of {} is {} and has a successor; its source is left to that one", id.text(),
                              scan.request.source, wire_name_of(scan.state)));
    }
    scan.source_due = due;
    return true;
  });
}

Result<NoticedScan> ScanJournal::repeat(const ScanId& id) {
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "repeat a scan"));
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, written_.find(id));
  if (!row) return no_such_scan(id);
  BEAMPORT_ASSIGN(std::optional<ScanRow> latest, written_.find_latest(row->scan.request.source));
  Scan& scan = latest ? latest->scan : row->scan;
  if (is_running(scan.state) || scan.state == ScanState::kNoticed ||
      (scan.state == ScanState::kFailed && !has_failed_for_good(scan))) {
    return NoticedScan{.scan = std::move(scan)};
  }
  if (scan.state != ScanState::kPublished) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("its last scan {} is {}{}{}; see to that and retry it", scan.id.text(),
                            wire_name_of(scan.state), scan.reason ? ": " : "", scan.reason ? scan.reason->text : ""));
  }
  if (scan.source_due == SourceDue::kRemoving) {
    return fail(ErrorCode::kFailedPrecondition, "its source is being removed");
  }
  BEAMPORT_ASSIGN(NoticedScan begun, begin_generation(scan.request, scan.generation + 1));
  BEAMPORT_TRY(commit(transaction));
  return begun;
}

Result<Scan> ScanJournal::mark_failed(const ScanId& id, const Error& why, Retry retry) {
  return change_own(id, "note the failure of a scan", [&](ScanRow& row) -> Result<bool> {
    Scan& scan = row.scan;
    BEAMPORT_TRY(step(scan, ScanState::kFailed));
    row.owner.clear();
    scan.reason = ScanReason{.code = why.code, .text = why.message};
    ++scan.attempts;
    if (retry == Retry::kLater && scan.attempts < settings_.retry.attempts) {
      row.delay = delay_of(delay_after(settings_.retry, scan.attempts));
      scan.next_try_in = row.delay->length;
    }
    return true;
  });
}

ScanDelay ScanJournal::delay_of(milliseconds length) const {
  return {.boot = clock_.boot, .from = clock_.since_boot(), .length = length};
}

void ScanJournal::put_back(ScanRow& row) const {
  row.owner.clear();
  row.delay.reset();
  row.scan.next_try_in.reset();
}

Result<Scan> ScanJournal::release(const ScanId& id, milliseconds delay) {
  return change_own(id, "put a scan back", [&](ScanRow& row) -> Result<bool> {
    BEAMPORT_TRY(step(row.scan, ScanState::kNoticed));
    put_back(row);
    if (delay.count() > 0) {
      row.delay = delay_of(delay);
      row.scan.next_try_in = delay;
    }
    return true;
  });
}

Result<std::int64_t> ScanJournal::requeue_of(const std::string& owner) {
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "put interrupted scans back"));
  BEAMPORT_ASSIGN(std::vector<ScanRow> rows, written_.owned_by(owner));
  if (rows.empty()) return 0;
  for (ScanRow& row : rows) {
    Scan& scan = row.scan;
    const bool is_hopeless = ++scan.interruptions >= settings_.interruptions;
    BEAMPORT_TRY(step(scan, is_hopeless ? ScanState::kFailed : ScanState::kNoticed));
    put_back(row);
    if (is_hopeless) {
      scan.reason =
          ScanReason{.code = ErrorCode::kInternal,
                     .text = fmt::format("{}: the program ended {} times while it had this scan, which never got "
                                         "on; look into its log, then retry",
                                         scan.request.source, scan.interruptions)};
    }
    BEAMPORT_TRY(written_.update(row));
  }
  BEAMPORT_TRY(commit(transaction));
  return static_cast<std::int64_t>(rows.size());
}

Result<std::int64_t> ScanJournal::requeue_interrupted() {
  std::vector<std::string> owners;
  {
    const std::lock_guard lock(read_mutex_);
    BEAMPORT_ASSIGN(owners, read_.owners());
  }
  std::int64_t count = 0;
  for (const std::string& owner : owners) {
    BEAMPORT_TRY(if_gone(owners_, owner, [&]() -> Result<void> {
      BEAMPORT_ASSIGN(const std::int64_t put_back, requeue_of(owner));
      count += put_back;
      return {};
    }));
  }
  BEAMPORT_TRY(sweep_owners(owners_));
  return count;
}

Result<Scan> ScanJournal::retry(const ScanId& id) {
  const std::lock_guard lock(write_mutex_);
  BEAMPORT_ASSIGN(db::Transaction transaction, db::Transaction::begin(writer_, "retry a scan"));
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, written_.find(id));
  if (!row) return no_such_scan(id);
  Scan& scan = row->scan;
  BEAMPORT_ASSIGN(const std::optional<ScanRow> latest, written_.find_latest(scan.request.source));
  if (latest && latest->scan.id != id) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("scan {} has a successor, {}; retry that one", id.text(), latest->scan.id.text()));
  }
  if (is_running(scan.state)) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("scan {} is {} already", id.text(), wire_name_of(scan.state)));
  }
  if (scan.state != ScanState::kNoticed) BEAMPORT_TRY(step(scan, ScanState::kNoticed));
  BEAMPORT_ASSIGN(const std::optional<ScanRow> rival, written_.find_rival(scan.request.output, scan.request.source));
  if (rival) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("{} has become the image of {} meanwhile; cancel its scan {} first", scan.request.output,
                            rival->scan.request.source, rival->scan.id.text()));
  }
  put_back(*row);
  scan.attempts = 0;
  scan.interruptions = 0;
  BEAMPORT_TRY(written_.update(*row));
  BEAMPORT_TRY(commit(transaction));
  return std::move(scan);
}

Result<Scan> ScanJournal::cancel(const ScanId& id) {
  const std::lock_guard lock(write_mutex_);
  return change_locked(id, "cancel a scan", [&](ScanRow& row) -> Result<bool> {
    if (row.scan.state == ScanState::kCancelled) return false;
    if (row.scan.is_publishing) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("scan {} is getting its name right now and cannot be cancelled", id.text()));
    }
    BEAMPORT_TRY(step(row.scan, ScanState::kCancelled));
    put_back(row);
    return true;
  });
}

Result<Scan> ScanJournal::find(const ScanId& id) {
  const std::lock_guard lock(read_mutex_);
  BEAMPORT_ASSIGN(std::optional<ScanRow> row, read_.find(id));
  if (!row) return no_such_scan(id);
  return std::move(row->scan);
}

Result<ScanList> ScanJournal::list(const ScanFilter& filter, const ScanPage& page) {
  const std::lock_guard lock(read_mutex_);
  return read_.list(filter, page);
}

Result<std::map<ScanState, std::int64_t>> ScanJournal::counts() {
  const std::lock_guard lock(read_mutex_);
  return read_.counts();
}

Result<std::optional<milliseconds>> ScanJournal::time_to_next() {
  const std::lock_guard lock(read_mutex_);
  return read_.time_to_next();
}

Result<std::int64_t> ScanJournal::changes() {
  const std::lock_guard lock(read_mutex_);
  // The writer is somebody else to the reader, so this tells of our own changes, too.
  BEAMPORT_ASSIGN(const std::int64_t outside, reader_.outside_changes());
  if (seen_outside_ != outside) {
    BEAMPORT_ASSIGN(last_change_, read_.last_change());
    seen_outside_ = outside;
  }
  return last_change_;
}

Result<std::int64_t> ScanJournal::wait_for_change(std::int64_t since, milliseconds timeout,
                                                  const std::stop_token& stop) {
  const auto end = steady_clock::now() + timeout;
  while (true) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(commit_mutex_);
      seen = commits_;
    }
    BEAMPORT_ASSIGN(const std::int64_t last, changes());
    const auto now = steady_clock::now();
    if (last > since || now >= end || stop.stop_requested()) return last;
    // Other processes cannot wake us; they are looked for in between.
    std::unique_lock lock(commit_mutex_);
    committed_.wait_for(lock, stop, std::min<steady_clock::duration>(end - now, settings_.poll),
                        [&] { return commits_ != seen; });
  }
}

}  // namespace beamport::ingest
