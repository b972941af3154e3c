// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/ingest_service.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/describe.h"
#include "beamport/base/log.h"
#include "beamport/base/metrics.h"
#include "beamport/base/timestamp.h"
#include "beamport/ingest/expected_count.h"
#include "beamport/ingest/source_identity.h"
#include "beamport/ingest/staged_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kHousekeeping{60};
constexpr std::chrono::milliseconds kShortSettle{1'000};  // somebody said that it is complete, or it has been quiet
constexpr std::chrono::seconds kSpaceCheck{2};
constexpr std::chrono::seconds kAfterNoSpace{30};
constexpr std::chrono::seconds kJournalledProgress{5};  // each is a synced write
constexpr std::chrono::milliseconds kToldProgress{500};
constexpr std::chrono::seconds kAfterJournalError{5};

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return in_folder == folder.end();
}

std::string today() {
  const std::string now = utc_timestamp(std::chrono::system_clock::now());  // 2026-01-02T…
  return now.substr(0, 4) + now.substr(5, 2) + now.substr(8, 2);
}

/// What the path says, completed and overruled by what was said.
Result<ScanFields> fields_of(const IngestRoot& root, const fs::path& source, const HandIn& said) {
  const std::string relative = source.lexically_relative(root.path).string();
  ScanFields fields;
  if (auto read = root.pattern.read(relative)) {
    fields = *std::move(read);
  } else if (read.error().code != ErrorCode::kNotFound) {
    return fail(read.error());
  }
  if (said.user) fields.user = *said.user;
  if (said.date) fields.date = *said.date;
  if (said.name) fields.scan = *said.name;
  if (fields.user.empty()) fields.user = "shared";
  if (fields.date.empty()) fields.date = today();
  if (fields.scan.empty()) fields.scan = source.stem().string();
  return fields;
}

/// The content of a source that is there, so that a later change of it is noticed.
std::string content_of(const IngestRoot& root, const fs::path& source) {
  const auto view = make_disk_view();
  const auto identity = identify_source(*view, source, root.slices);
  return identity ? identity->full : std::string();
}

bool is_open(ScanState state) {
  return state == ScanState::kNoticed || state == ScanState::kFailed || is_running(state);
}

}  // namespace

fs::path journal_path(const fs::path& data) {
  return data / ".beamport" / "journal.sqlite";
}

IngestService::IngestService(IngestServiceOptions options, std::unique_ptr<ScanJournal> journal)
    : options_(std::move(options)), journal_(std::move(journal)) {}

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
  for (IngestRoot& root : options.roots) {
    root.path = fs::weakly_canonical(root.path, error);
    if (error) return fail(ErrorCode::kIo, fmt::format("root {}: {}", root.name, error.message()));
    if (lies_in(root.path, options.data) || lies_in(options.data, root.path)) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("root {} ({}) and the data folder {} lie in each other",
                                                           root.name, root.path.string(), options.data.string()));
    }
  }
  for (const IngestRoot& a : options.roots) {
    for (const IngestRoot& b : options.roots) {
      if (&a != &b && (a.name == b.name || lies_in(a.path, b.path))) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("roots {} ({}) and {} ({}) have one name or lie in each other", a.name, a.path.string(),
                                b.name, b.path.string()));
      }
    }
  }
  BEAMPORT_ASSIGN(auto journal, ScanJournal::open(journal_path(options.data), options.journal));
  return std::unique_ptr<IngestService>(new IngestService(std::move(options), std::move(journal)));
}

void IngestService::start() {
  dispatcher_ = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
  for (const IngestRoot& root : options_.roots) {
    RootScanOptions scan{.root = root.path,
                         .pattern = root.pattern,
                         .slices = root.slices,
                         .marker = root.marker,
                         .follow_links = root.follow_links,
                         .settle = root.settle,
                         .shortest_period = root.shortest_period,
                         .longest_period = root.longest_period};
    RootWatchOptions watch;
    watch.listen = root.listen;
    watches_.push_back(RootWatch::start(RootScan(std::move(scan), make_disk_view(), Clock::now), watch,
                                        [this, &root](const RootLook& look) { take(root, look); }));
  }
}

void IngestService::stop() {
  watches_.clear();
  dispatcher_.request_stop();
  {
    const std::lock_guard lock(running_mutex_);
    for (Running& running : running_) running.stop.request_stop();
  }
  if (dispatcher_.joinable()) dispatcher_.join();
  // Nobody adds or removes any more; those that are parking, and the desk, may still look at the list.
  for (Running& running : running_) {
    if (running.thread.joinable()) running.thread.join();
  }
  const std::lock_guard lock(running_mutex_);
  running_.clear();
}

// ---- the dispatcher

void IngestService::dispatch(const std::stop_token& stop) {
  std::int64_t told = journal_->changes().value_or(0);
  Clock::time_point tidied{};
  while (!stop.stop_requested()) {
    Result<void> begun;
    if (Clock::now() - tidied >= kHousekeeping) {
      const auto requeued = journal_->requeue_interrupted();
      if (!requeued) begun = fail(requeued.error());
      if (requeued && *requeued > 0) log::info("{} scans were interrupted and go on", *requeued);
      tidied = Clock::now();
    }
    reap();
    count_scans();
    if (begun) begun = begin_scans(stop);
    if (!begun && !stop.stop_requested()) log::error("ingest: {}", begun.error().message);
    if (const auto changed = journal_->list({.changed_after = told}, {.limit = ScanPage::kMaxScans})) {
      for (const Scan& scan : changed->scans) {
        told = std::max(told, scan.change);
        // Perhaps by another process.
        if (scan.state == ScanState::kCancelled || scan.state == ScanState::kSuperseded) stop_running(scan.id);
        tell(scan);
      }
    }
    std::chrono::milliseconds pause = is_short_of_space_ ? kSpaceCheck : kHousekeeping;
    if (!begun) pause = kAfterJournalError;
    const auto next = journal_->time_to_next();
    // A scan that is due and was not taken waits for a slot; its end is a change.
    if (next && *next && **next > std::chrono::milliseconds(0)) pause = std::min(pause, **next);
    const auto waited = journal_->wait_for_change(told, pause, stop);
    if (!waited && !stop.stop_requested()) log::error("ingest: {}", waited.error().message);
  }
}

Result<void> IngestService::begin_scans(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    BEAMPORT_ASSIGN(const auto lack, lack_of_space());
    if (is_short_of_space_.exchange(lack.has_value()) != lack.has_value()) {
      log::warning("ingest: {}", lack.value_or("there is space again; scans go on"));
    }
    if (lack) return {};
    BEAMPORT_ASSIGN(auto scan, journal_->claim_next({.slots = options_.parallel}));
    if (!scan) return {};
    const std::lock_guard lock(running_mutex_);
    Running& running = running_.emplace_back(*std::move(scan));
    running.thread = std::jthread([this, &running] { work(running); });
  }
  return {};
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
  running_.remove_if([](const Running& running) { return running.has_ended.load(); });
}

Result<std::optional<std::string>> IngestService::lack_of_space() const {
  BEAMPORT_ASSIGN(const os::FreeSpace space, options_.free_space(options_.data));
  metrics()
      .gauge("beamport_data_free_bytes", "Space left on the data folder's file system")
      .set(static_cast<double>(space.available_bytes));
  if (space.available_bytes >= options_.reserve_bytes) return std::nullopt;
  return fmt::format("{} has {:.1f} GB left and {:.1f} GB are to stay free; it waits for space", options_.data.string(),
                     static_cast<double>(space.available_bytes) / 1e9,
                     static_cast<double>(options_.reserve_bytes) / 1e9);
}

// ---- one scan, in its own thread

void IngestService::work(Running& running) {
  const Scan& scan = running.scan;
  log::info("scan {}: {} begins, generation {}", scan.id.text(), scan.request.source, scan.generation);
  if (const auto done = take_in(running); !done) give_up(running, done.error());
  running.has_ended = true;
}

Result<void> IngestService::take_in(Running& running) {
  const Scan& scan = running.scan;
  const IngestRoot* root = root_named(scan.request.root);
  if (root == nullptr) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("root {} is no longer configured; add it again or cancel the scan", scan.request.root));
  }
  ScanRunRequest request;
  request.generation = scan.id.text();
  request.source = scan.request.source;
  request.output = output_of(scan);
  if (scan.request.expected_slices) {
    request.landing = Landing{*scan.request.expected_slices, scan.request.first_number, root->patience};
  }
  request.settle = std::min(root->settle, kShortSettle);
  request.patience = root->patience;
  request.slice_pattern = root->slices;
  request.profile = root->profile;
  request.type_change = root->type_change;
  request.gaps = root->gaps;
  ScanRunCalls calls;
  calls.enter = [&](ScanState state) -> Result<void> {
    if (state == ScanState::kSettling) return {};  // it was claimed into that state
    return journal_->advance(scan.id, state).map([&](const Scan& now) { tell(now); });
  };
  calls.begin_publishing = [&]() -> Result<void> {
    return journal_->begin_publishing(scan.id).map([](const Scan& /*now*/) {});
  };
  calls.progress = [&](const ConvertProgress& progress) { return follow(running, progress); };
  BEAMPORT_ASSIGN(const ScanRunOutcome outcome, run_scan(request, options_.run, calls, running.stop.get_token()));
  return finish(running, outcome);
}

Result<void> IngestService::finish(Running& running, const ScanRunOutcome& outcome) {
  const Scan& scan = running.scan;
  const IngestRoot& root = *root_named(scan.request.root);
  const std::string content = outcome.content.empty() ? scan.request.content : outcome.content;
  BEAMPORT_ASSIGN(const Scan published, journal_->mark_published(scan.id, content));
  log::info("scan {}: {} is published", scan.id.text(), scan.request.output);
  metrics().counter("beamport_scans_published_total", "Scans that were published").add();
  if (outcome.summary) {
    metrics()
        .counter("beamport_source_bytes_total", "Bytes of voxels that were converted and published")
        .add(static_cast<std::uint64_t>(outcome.summary->source_bytes));
  }
  tell(published);
  if (root.source_policy.kind == SourcePolicy::Kind::kKeep || content.empty()) return {};
  const auto done = apply_source_policy(root.source_policy,
                                        {.source = scan.request.source,
                                         .slice_pattern = root.slices,
                                         .gaps = root.gaps,
                                         .content = content,
                                         .image = output_of(scan),
                                         .archive_name = fs::path(scan.request.source).lexically_relative(root.path)},
                                        running.stop.get_token());
  if (done) {
    log::info("scan {}: {}", scan.id.text(), *done);
  } else {
    log::warning("scan {}: its source stays: {}", scan.id.text(), done.error().message);
  }
  return {};
}

Result<void> IngestService::follow(Running& running, const ConvertProgress& progress) {
  BEAMPORT_TRY(wait_for_space(running));
  const Clock::time_point now = Clock::now();
  bool is_due = false;
  {
    const std::lock_guard lock(running.mutex);
    running.progress = progress;
    running.rate.note(now, progress.bytes_done);
    is_due = now - running.told >= kToldProgress || progress.bytes_done == progress.bytes_total;
    if (is_due) running.told = now;
  }
  if (now - running.journalled >= kJournalledProgress) {
    running.journalled = now;
    BEAMPORT_TRY(
        journal_->report_progress(running.scan.id, {progress.slices_done, progress.slices_total, progress.bytes_done}));
  }
  if (is_due) {
    if (const auto scan = journal_->find(running.scan.id)) tell(*scan);
  }
  return {};
}

/// Holds the conversion while the disk is nearly full: what is written then waits in bounded queues.
Result<void> IngestService::wait_for_space(Running& running) {
  if (Clock::now() - running.looked_for_space < kSpaceCheck) return {};
  while (!running.stop.stop_requested()) {
    running.looked_for_space = Clock::now();
    BEAMPORT_ASSIGN(auto lack, lack_of_space());
    {
      const std::lock_guard lock(running.mutex);
      running.waits_for = lack;
    }
    if (!lack) return {};
    if (const auto scan = journal_->find(running.scan.id)) tell(*scan);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, running.stop.get_token(), kSpaceCheck, [] { return false; });
  }
  return {};
}

void IngestService::give_up(Running& running, const Error& error) {
  const Scan& scan = running.scan;
  const auto current = journal_->find(scan.id);
  if (current && !is_running(current->state)) {
    log::info("scan {}: {} meanwhile", scan.id.text(), wire_name_of(current->state));
    if (current->state == ScanState::kCancelled) remove_partial(scan);
    return;
  }
  Result<Scan> put = [&] {
    if (error.code == ErrorCode::kCancelled) return journal_->release(scan.id);
    if (error.code == ErrorCode::kNoSpace) return journal_->release(scan.id, kAfterNoSpace);
    return journal_->mark_failed(scan.id, error, is_worth_retrying(error) ? Retry::kLater : Retry::kNever);
  }();
  if (error.code == ErrorCode::kCancelled) {
    log::info("scan {}: parked", scan.id.text());
  } else {
    log::error("scan {}: {}: {}", scan.id.text(), scan.request.source, error.message);
    metrics().counter("beamport_scan_failures_total", "Attempts at scans that failed").add();
  }
  if (put) {
    tell(*put);
  } else {
    log::error("scan {}: {}", scan.id.text(), put.error().message);  // requeue_interrupted() finds it
  }
}

bool IngestService::stop_running(const ScanId& id) {
  const std::lock_guard lock(running_mutex_);
  for (Running& running : running_) {
    if (running.scan.id != id || running.has_ended) continue;
    running.stop.request_stop();
    return true;
  }
  return false;
}

void IngestService::remove_partial(const Scan& scan) const {
  fs::path partial = output_of(scan);
  partial += ".partial";
  std::error_code error;
  if (!fs::exists(partial, error)) return;
  // Taken over and given up. While another process writes it, that one finds out and does the same.
  const auto staged = StagedDirectory::begin(output_of(scan), StagedDirectory::IfExists::kReplace);
  if (!staged && staged.error().code != ErrorCode::kFailedPrecondition) {
    log::warning("{} could not be removed: {}", partial.string(), staged.error().message);
  }
}

// ---- watched roots

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
  ScanRequest request;
  BEAMPORT_ASSIGN(const ScanFields fields, fields_of(root, source, {}));
  request.source = source.string();
  BEAMPORT_ASSIGN(request.output, image_path_of(fields));
  request.user = fields.user;
  request.date = fields.date;
  request.name = fields.scan;
  request.root = root.name;
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
  BEAMPORT_ASSIGN(const IngestRoot* root, root_above(source));
  BEAMPORT_ASSIGN(const ScanFields fields, fields_of(*root, source, said));
  if (said.permit) BEAMPORT_TRY(said.permit(fields.user, fields.date));
  ScanRequest request;
  request.source = source.string();
  BEAMPORT_ASSIGN(request.output, image_path_of(fields));
  request.user = fields.user;
  request.date = fields.date;
  request.name = fields.scan;
  request.root = root->name;
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
  return view_of(noticed.scan);
}

Result<ScanView> IngestService::find(const std::string& id) {
  const auto parsed = ScanId::parse(id);
  if (!parsed) return fail(ErrorCode::kNotFound, "there is no such scan");
  return journal_->find(*parsed).map([&](const Scan& scan) { return view_of(scan); });
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
  for (const Scan& scan : found.scans) views.push_back(view_of(scan));
  return views;
}

Result<ScanView> IngestService::retry(const std::string& id) {
  BEAMPORT_ASSIGN(const ScanView known, find(id));
  BEAMPORT_ASSIGN(const Scan scan, journal_->retry(*ScanId::parse(known.id)));
  return view_of(scan);
}

Result<ScanView> IngestService::cancel(const std::string& id) {
  BEAMPORT_ASSIGN(const ScanView known, find(id));
  BEAMPORT_ASSIGN(const Scan scan, journal_->cancel(*ScanId::parse(known.id)));
  if (!stop_running(scan.id)) remove_partial(scan);
  return view_of(scan);
}

void IngestService::listen(Listener listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(std::move(listener));
}

void IngestService::tell(const Scan& scan) {
  const ScanView view = view_of(scan);
  const std::lock_guard lock(listeners_mutex_);
  std::erase_if(listeners_, [&](const Listener& listener) { return !listener(view); });
}

ScanView IngestService::view_of(const Scan& scan) {
  ScanView view;
  view.id = scan.id.text();
  view.sequence = scan.sequence;
  view.user = scan.request.user;
  view.date = scan.request.date;
  view.name = scan.request.name;
  view.dataset_path = scan.request.output;
  view.generation = scan.generation;
  view.state = scan.state;
  view.attempts = scan.attempts;
  view.slices_done = scan.progress.slices_done;
  view.slices_total =
      scan.progress.slices_total > 0 ? scan.progress.slices_total : scan.request.expected_slices.value_or(0);
  view.bytes_done = scan.progress.bytes_done;
  view.noticed = scan.created;
  view.changed = scan.changed;
  view.revision = scan.change;
  if (scan.reason && is_open(scan.state)) view.note = below_root(scan, scan.reason->text);
  if (view.note && scan.next_try_in) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*scan.next_try_in).count();
    view.note = fmt::format("{}; it is tried again in {} s", *view.note, seconds);
  }
  if (!is_running(scan.state)) return view;
  const std::lock_guard lock(running_mutex_);
  for (Running& running : running_) {
    if (running.scan.id != scan.id) continue;
    const std::lock_guard own(running.mutex);
    if (running.progress.bytes_total == 0) break;
    view.slices_done = running.progress.slices_done;
    view.slices_total = running.progress.slices_total;
    view.bytes_done = running.progress.bytes_done;
    view.bytes_total = running.progress.bytes_total;
    if (running.waits_for) view.note = running.waits_for;
    view.bytes_per_second = running.rate.bytes_per_second();
    view.seconds_left = running.rate.seconds_for(view.bytes_total - view.bytes_done);
  }
  return view;
}

/// Places as people know them, below the root, and not where it is mounted.
std::string IngestService::below_root(const Scan& scan, std::string text) const {
  const IngestRoot* root = root_named(scan.request.root);
  if (root == nullptr) return text;
  const std::string prefix = root->path.string() + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

const IngestRoot* IngestService::root_named(const std::string& name) const noexcept {
  const auto found = std::find_if(options_.roots.begin(), options_.roots.end(),
                                  [&](const IngestRoot& root) { return root.name == name; });
  return found != options_.roots.end() ? &*found : nullptr;
}

Result<const IngestRoot*> IngestService::root_above(const fs::path& source) const {
  for (const IngestRoot& root : options_.roots) {
    if (source != root.path && lies_in(source, root.path)) return &root;
  }
  return fail(
      ErrorCode::kPermissionDenied,
      fmt::format("{} lies in none of the configured roots; only from there scans are taken in", source.string()));
}

}  // namespace beamport::ingest
