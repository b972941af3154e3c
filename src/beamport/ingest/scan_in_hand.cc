// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_in_hand.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "beamport/base/describe.h"
#include "beamport/base/log.h"
#include "beamport/base/metrics.h"
#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/staged_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kShortSettle{1'000};  // somebody said that it is complete, or it has been quiet
constexpr std::chrono::seconds kSpaceCheck{2};
constexpr std::chrono::seconds kAfterNoSpace{30};
constexpr std::chrono::seconds kJournalledProgress{5};  // each is a synced write
constexpr std::chrono::milliseconds kToldProgress{500};
constexpr std::chrono::seconds kStillBusy{10};  // after it last got on

double seconds_since(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

/// From a small scan to a stitch of several TB.
const std::vector<double>& duration_bounds() {
  static const std::vector<double> kBounds{1, 5, 15, 30, 60, 120, 300, 600, 1200, 3600, 7200, 21600, 86400};
  return kBounds;
}

SourceDue due_of(const IngestRoot& root) {
  return root.source_policy.kind == SourcePolicy::Kind::kKeep ? SourceDue::kNothing : SourceDue::kComparing;
}

}  // namespace

ScanInHand::ScanInHand(Scan claimed, const ScanWorkplace& place)
    : scan_(std::move(claimed)), place_(place), thread_([this](const std::stop_token& stop) { work(stop); }) {}

bool ScanInHand::is_busy() const noexcept {
  return !has_ended_ && Clock::now() - got_on_.load() < kStillBusy;
}

void ScanInHand::work(const std::stop_token& stop) {
  log::info("scan {}: {} begins, generation {}", scan_.id.text(), scan_.request.source, scan_.generation);
  if (const auto done = take_in(stop); !done) give_up(done.error());
  place_.board.forget(scan_.id);
  has_ended_ = true;
}

Result<ScanRunRequest> ScanInHand::run_request() const {
  const IngestRoot* root = place_.roots.named(scan_.request.root);
  if (root == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("root {} is no longer configured; add it again or cancel the scan", scan_.request.root));
  }
  ScanRunRequest request;
  request.generation = scan_.id.text();
  request.source = scan_.request.source;
  request.output = place_.output_of(scan_);
  if (scan_.request.expected_slices) {
    request.landing = Landing{*scan_.request.expected_slices, scan_.request.first_number, root->patience};
  }
  request.settle = std::min(root->settle, kShortSettle);
  request.patience = root->patience;
  request.slice_pattern = root->slices;
  request.profile = root->profile;
  request.type_change = root->type_change;
  request.gaps = root->gaps;
  return request;
}

Result<void> ScanInHand::take_in(const std::stop_token& stop) {
  BEAMPORT_ASSIGN(const ScanRunRequest request, run_request());
  ScanRunCalls calls;
  calls.enter = [&](ScanState state) -> Result<void> {
    if (state == ScanState::kSettling) return {};  // it was claimed into that state
    got_on_ = Clock::now();
    return place_.journal.advance(scan_.id, state).map([&](const Scan& now) { place_.board.tell(now); });
  };
  calls.begin_publishing = [&](const std::string& content) -> Result<void> {
    return place_.journal.begin_publishing(scan_.id, content).map([](const Scan& /*now*/) {});
  };
  calls.progress = [&](const ConvertProgress& progress) { return follow(progress, stop); };
  BEAMPORT_ASSIGN(const ScanRunOutcome outcome, run_scan(request, place_.run, calls, stop));
  return finish(outcome);
}

Result<void> ScanInHand::finish(const ScanRunOutcome& outcome) {
  const std::string content = outcome.content.empty() ? scan_.request.content : outcome.content;
  const SourceDue due = due_of(*place_.roots.named(scan_.request.root));
  BEAMPORT_ASSIGN(const Scan published, place_.journal.mark_published(scan_.id, content, due));
  log::info("scan {}: {} is published", scan_.id.text(), scan_.request.output);
  count(outcome);
  // What was found damaged before has been replaced.
  const auto cleared = catalog::DamageBook(place_.data).clear(catalog::dataset_id_of(scan_.request.output));
  if (!cleared) log::warning("scan {}: {}", scan_.id.text(), cleared.error().message);
  place_.board.tell(published);
  if (due != SourceDue::kNothing) place_.source_is_due();
  return {};
}

void ScanInHand::count(const ScanRunOutcome& outcome) const {
  metrics().counter("beamport_scans_published_total", "Scans that were published").add();
  if (!outcome.summary) return;
  metrics()
      .counter("beamport_source_bytes_total", "Bytes of voxels that were converted and published")
      .add(static_cast<std::uint64_t>(outcome.summary->source_bytes));
  metrics()
      .histogram("beamport_scan_seconds", "From a scan's turn to its publishing, with the time in which slices landed",
                 duration_bounds())
      .observe(seconds_since(begun_));
  if (!all_landed_) return;
  metrics()
      .histogram("beamport_scan_after_last_slice_seconds",
                 "From the last slice of a scan that was converted while it landed to its publishing",
                 duration_bounds())
      .observe(seconds_since(*all_landed_));
}

Result<void> ScanInHand::follow(const ConvertProgress& progress, const std::stop_token& stop) {
  BEAMPORT_TRY(wait_for_space(stop));
  const Clock::time_point now = Clock::now();
  got_on_ = now;
  place_.board.note_progress(scan_.id, progress);
  const bool is_landing = progress.slices_landed < progress.slices_total;
  if (scan_.request.expected_slices && !is_landing && !all_landed_) all_landed_ = now;
  if (is_landing) all_landed_.reset();  // one is written again
  if (now - journalled_ >= kJournalledProgress) {
    journalled_ = now;
    BEAMPORT_TRY(
        place_.journal.report_progress(scan_.id, {progress.slices_done, progress.slices_total, progress.bytes_done}));
  }
  if (now - told_ >= kToldProgress || progress.bytes_done == progress.bytes_total) {
    told_ = now;
    if (const auto scan = place_.journal.find(scan_.id)) place_.board.tell(*scan);
  }
  return {};
}

/// Holds the conversion while the disk is nearly full: what is written then waits in bounded queues.
Result<void> ScanInHand::wait_for_space(const std::stop_token& stop) {
  if (Clock::now() - looked_for_space_ < kSpaceCheck) return {};
  bool has_waited = false;
  while (!stop.stop_requested()) {
    looked_for_space_ = Clock::now();
    BEAMPORT_ASSIGN(const auto lack, place_.space.lack());
    place_.board.note_waiting(scan_.id, lack);
    if (has_waited != lack.has_value()) {
      log::warning("scan {}: {}", scan_.id.text(), lack.value_or("there is space again; it goes on"));
    }
    if (!lack) return {};
    has_waited = true;
    if (const auto scan = place_.journal.find(scan_.id)) place_.board.tell(*scan);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, kSpaceCheck, [] { return false; });
  }
  return {};
}

void ScanInHand::give_up(const Error& error) {
  const auto current = place_.journal.find(scan_.id);
  if (current && !is_running(current->state)) {
    log::info("scan {}: {} meanwhile", scan_.id.text(), wire_name_of(current->state));
    if (current->state == ScanState::kCancelled) remove_partial(place_.output_of(scan_));
    return;
  }
  Result<Scan> put = [&] {
    if (error.code == ErrorCode::kCancelled) return place_.journal.release(scan_.id);
    if (error.code == ErrorCode::kNoSpace) return place_.journal.release(scan_.id, kAfterNoSpace);
    const IngestRoot* root = place_.roots.named(scan_.request.root);
    const bool may_help = root != nullptr && is_worth_retrying(error, scan_.request.source, root->path);
    return place_.journal.mark_failed(scan_.id, error, may_help ? Retry::kLater : Retry::kNever);
  }();
  if (error.code == ErrorCode::kCancelled) {
    log::info("scan {}: parked", scan_.id.text());
  } else {
    log::error("scan {}: {}: {}", scan_.id.text(), scan_.request.source, error.message);
    metrics().counter("beamport_scan_failures_total", "Attempts at scans that failed").add();
  }
  if (put) {
    place_.board.tell(*put);
  } else {
    log::error("scan {}: {}", scan_.id.text(), put.error().message);  // requeue_interrupted() finds it
  }
}

void remove_partial(const fs::path& output) {
  fs::path partial = output;
  partial += ".partial";
  std::error_code error;
  if (!fs::exists(partial, error)) return;
  // Taken over and given up. While another process writes it, that one finds out and does the same.
  const auto staged = StagedDirectory::begin(output, StagedDirectory::IfExists::kReplace);
  if (!staged && staged.error().code != ErrorCode::kFailedPrecondition) {
    log::warning("{} could not be removed: {}", partial.string(), staged.error().message);
  }
}

}  // namespace beamport::ingest
