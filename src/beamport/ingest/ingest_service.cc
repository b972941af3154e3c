// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/ingest_service.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/describe.h"
#include "beamport/base/log.h"
#include "beamport/base/metrics.h"
#include "beamport/ingest/expected_count.h"
#include "beamport/ingest/settled_source.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kHousekeeping{60};
constexpr std::chrono::seconds kSpaceCheck{2};
constexpr std::chrono::seconds kAfterJournalError{5};

/// The content of a source that is there, so that a later change of it is noticed.
std::string content_of(const IngestRoot& root, const fs::path& source) {
  const auto look = look_at_source(source, root.slices);
  return look ? look->content : std::string();
}

RootScanOptions scan_options_of(const IngestRoot& root) {
  return {.root = root.path,
          .pattern = root.pattern,
          .slices = root.slices,
          .marker = root.marker,
          .follow_links = root.follow_links,
          .settle = root.settle,
          .shortest_period = root.shortest_period,
          .longest_period = root.longest_period};
}

}  // namespace

fs::path journal_path(const fs::path& data) {
  return data / ".beamport" / "journal.sqlite";
}

IngestService::IngestService(IngestServiceOptions options, IngestRoots roots, std::unique_ptr<ScanJournal> journal)
    : options_(std::move(options)),
      roots_(std::move(roots)),
      journal_(std::move(journal)),
      space_(options_.data, options_.reserve_bytes, options_.free_space),
      board_(roots_),
      repair_(*journal_, roots_),
      disposal_(options_.data, *journal_, roots_),
      workplace_{.data = options_.data,
                 .run = options_.run,
                 .roots = roots_,
                 .space = space_,
                 .journal = *journal_,
                 .board = board_,
                 .source_is_due = [this] { disposal_.wake(); }},
      scrub_(BackgroundScrubOptions{
          .data = options_.data,
          .every = options_.scrub_every,
          .limits = {.share = options_.scrub_share, .is_busy = [this] { return is_converting(); }},
          .repair = [this](const ScrubbedImage& image) { return repair_.describe(image.relative_path); }}) {}

IngestService::~IngestService() {
  stop();
}

Result<std::unique_ptr<IngestService>> IngestService::open(IngestServiceOptions options) {
  std::error_code error;
  options.data = fs::canonical(options.data, error);
  if (error) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: there is no such data folder ({})", options.data.string(), error.message()));
  }
  BEAMPORT_ASSIGN(IngestRoots roots, IngestRoots::check(options.roots, options.data));
  BEAMPORT_ASSIGN(auto journal, ScanJournal::open(journal_path(options.data), options.journal));
  return std::unique_ptr<IngestService>(new IngestService(std::move(options), std::move(roots), std::move(journal)));
}

void IngestService::start() {
  dispatcher_ = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
  disposal_.start();
  scrub_.start();
  for (const IngestRoot& root : roots_.all()) watch(root);
}

void IngestService::stop() {
  watches_.clear();
  dispatcher_.request_stop();
  std::list<ScanInHand> parking;
  {
    const std::lock_guard lock(running_mutex_);
    for (ScanInHand& running : running_) running.request_stop();
  }
  scrub_.stop();
  disposal_.stop();
  if (dispatcher_.joinable()) dispatcher_.join();
  {
    const std::lock_guard lock(running_mutex_);
    parking.swap(running_);
  }
  parking.clear();  // not under the lock, because the desk may still ask
}

// ---- the dispatcher

void IngestService::dispatch(const std::stop_token& stop) {
  std::int64_t told = journal_->changes().value_or(0);
  Clock::time_point tidied{};
  while (!stop.stop_requested()) {
    Result<void> begun;
    if (Clock::now() - tidied >= kHousekeeping) {
      begun = put_interrupted_back();
      tidied = Clock::now();
    }
    reap();
    count_scans();
    if (begun) begun = begin_scans(stop);
    if (!begun && !stop.stop_requested()) log::error("ingest: {}", begun.error().message);
    tell_changes(told);
    std::chrono::milliseconds pause = is_short_of_space_ ? kSpaceCheck : kHousekeeping;
    if (!begun) pause = kAfterJournalError;
    const auto next = journal_->time_to_next();
    // A scan that is due and was not taken waits for a slot; its end is a change.
    if (next && *next && **next > std::chrono::milliseconds(0)) pause = std::min(pause, **next);
    const auto waited = journal_->wait_for_change(told, pause, stop);
    if (!waited && !stop.stop_requested()) log::error("ingest: {}", waited.error().message);
  }
}

Result<void> IngestService::put_interrupted_back() {
  BEAMPORT_ASSIGN(const std::int64_t requeued, journal_->requeue_interrupted());
  if (requeued > 0) log::info("{} scans were interrupted and go on", requeued);
  return {};
}

Result<void> IngestService::begin_scans(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    BEAMPORT_ASSIGN(const auto lack, space_.lack());
    if (is_short_of_space_.exchange(lack.has_value()) != lack.has_value()) {
      log::warning("ingest: {}", lack.value_or("there is space again; scans go on"));
    }
    if (lack) return {};
    BEAMPORT_ASSIGN(auto scan, journal_->claim_next({.slots = options_.parallel}));
    if (!scan) return {};
    const std::lock_guard lock(running_mutex_);
    running_.emplace_back(*std::move(scan), workplace_);
  }
  return {};
}

void IngestService::tell_changes(std::int64_t& told) {
  const auto changed = journal_->list({.changed_after = told}, {.limit = ScanPage::kMaxScans});
  if (!changed) return;  // said where it matters
  for (const Scan& scan : changed->scans) {
    told = std::max(told, scan.change);
    // Perhaps by another process.
    if (scan.state == ScanState::kCancelled || scan.state == ScanState::kSuperseded) stop_running(scan.id);
    board_.tell(scan);
  }
}

/// For monitoring: an alarm belongs on failed scans that stay.
void IngestService::count_scans() {
  const auto counts = journal_->counts();
  if (!counts) return;  // said where it matters
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<ScanState>>([&](auto state) {
    const auto found = counts->find(state.value);
    metrics()
        .gauge("beamport_scans", "Scans in the journal by state", {{"state", wire_name_of(state.value)}})
        .set(found != counts->end() ? static_cast<double>(found->second) : 0);
  });
}

void IngestService::reap() {
  const std::lock_guard lock(running_mutex_);
  running_.remove_if([](const ScanInHand& running) { return running.has_ended(); });
}

bool IngestService::is_converting() {
  const std::lock_guard lock(running_mutex_);
  return std::ranges::any_of(running_, [](const ScanInHand& running) { return running.is_busy(); });
}

bool IngestService::stop_running(const ScanId& id) {
  const std::lock_guard lock(running_mutex_);
  for (ScanInHand& running : running_) {
    if (running.id() != id || running.has_ended()) continue;
    running.request_stop();
    return true;
  }
  return false;
}

// ---- watched roots

void IngestService::watch(const IngestRoot& root) {
  RootWatchOptions options;
  options.listen = root.listen;
  watches_.push_back(RootWatch::start(RootScan(scan_options_of(root), make_disk_view(), Clock::now), options,
                                      [this, &root](const RootLook& look) { take(root, look); }));
}

void IngestService::take(const IngestRoot& root, const RootLook& look) {
  for (const RootTrouble& trouble : look.troubles) {
    const std::string place = (root.path / trouble.path).string();
    if (trouble.is_over) {
      log::info("root {}: {} is all right again", root.name, place);
    } else {
      log::warning("root {}: {}: {}", root.name, place, trouble.error.message);
    }
  }
  for (const ScanNews& news : look.news) {
    if (const auto noticed = notice(root, news); !noticed) {
      log::error("root {}: {}: {}", root.name, news.scan.path, noticed.error().message);
    }
  }
}

/// A scan whose number of slices is known begins while they land; another one when its marker is there, or when it has
/// been quiet for long enough.
Result<void> IngestService::notice(const IngestRoot& root, const ScanNews& news) {
  if (news.kind == ScanNews::Kind::kGone) return {};
  const fs::path source = root.path / news.scan.path;
  const ExpectedCount expected = find_expected_count(source, std::nullopt);
  for (const std::string& note : expected.notes) log::warning("{}", note);
  const bool is_quiet = news.kind == ScanNews::Kind::kQuiet;
  if (!expected.count && !is_quiet && !news.scan.has_marker) return {};
  BEAMPORT_ASSIGN(ScanRequest request, IngestRoots::request_for(root, source, {}));
  request.trigger = ScanTrigger::kWatch;
  if (expected.count) {
    request.expected_slices = expected.count->slices;
    request.first_number = expected.count->first_number;
  }
  if (is_quiet) request.content = news.scan.identity.full;
  BEAMPORT_ASSIGN(const NoticedScan noticed, journal_->notice(request));
  if (noticed.is_new) log::info("scan {}: {} was noticed", noticed.scan.id.text(), request.source);
  return {};
}

// ---- the desk

Result<ScanView> IngestService::hand_in(const HandIn& said) {
  if (!fs::path(said.source).is_absolute()) {
    return fail(ErrorCode::kInvalidArgument, "source: give an absolute path of the server");
  }
  std::error_code error;
  const fs::path source = fs::weakly_canonical(said.source, error);
  if (error) return fail(ErrorCode::kNotFound, fmt::format("{}: {}", said.source, error.message()));
  BEAMPORT_ASSIGN(const IngestRoot* root, roots_.above(source));
  BEAMPORT_ASSIGN(ScanRequest request, IngestRoots::request_for(*root, source, said));
  if (said.permit) BEAMPORT_TRY(said.permit(request.user, request.date));
  request.trigger = said.by_web ? ScanTrigger::kHttp : ScanTrigger::kCli;
  request.expected_slices = said.slices;
  request.first_number = said.first_number;
  if (!said.slices) {
    const auto expected = find_expected_count(source, std::nullopt).count;
    if (expected) request.expected_slices = expected->slices;
    if (expected && !request.first_number) request.first_number = expected->first_number;
  }
  if (!request.expected_slices) request.content = content_of(*root, source);
  BEAMPORT_ASSIGN(const NoticedScan noticed, journal_->notice(request));
  return board_.view_of(noticed.scan);
}

Result<ScanView> IngestService::find(const std::string& id) {
  const auto parsed = ScanId::parse(id);
  if (!parsed) return fail(ErrorCode::kNotFound, "there is no such scan");
  return journal_->find(*parsed).map([&](const Scan& scan) { return board_.view_of(scan); });
}

Result<std::vector<ScanView>> IngestService::list(const Filter& filter) {
  ScanFilter wanted;
  if (filter.open_only) {
    using enum ScanState;
    wanted.states = {kNoticed, kSettling, kConverting, kVerifying, kFailed};
  }
  BEAMPORT_ASSIGN(const ScanList found, journal_->list(wanted, {.before = filter.before, .limit = filter.limit}));
  std::vector<ScanView> views;
  views.reserve(found.scans.size());
  for (const Scan& scan : found.scans) views.push_back(board_.view_of(scan));
  return views;
}

Result<ScanView> IngestService::retry(const std::string& id) {
  BEAMPORT_ASSIGN(const ScanView known, find(id));
  BEAMPORT_ASSIGN(const Scan scan, journal_->retry(*ScanId::parse(known.id)));
  return board_.view_of(scan);
}

Result<ScanView> IngestService::cancel(const std::string& id) {
  BEAMPORT_ASSIGN(const ScanView known, find(id));
  BEAMPORT_ASSIGN(const Scan scan, journal_->cancel(*ScanId::parse(known.id)));
  if (!stop_running(scan.id)) remove_partial(options_.data / scan.request.output);
  return board_.view_of(scan);
}

}  // namespace beamport::ingest
