// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_disposal.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/log.h"
#include "beamport/ingest/scan_run.h"
#include "beamport/ingest/source_removal.h"
#include "beamport/os/file_lock.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPeriod{60};  // what another process published
constexpr std::chrono::seconds kFirstDelay{60};
constexpr std::chrono::seconds kLongestDelay{3600};

/// An empty root may be a mount point whose file system is away.
bool is_there(const fs::path& root) {
  std::error_code error;
  const fs::directory_iterator first(root, error);
  return !error && first != fs::directory_iterator();
}

}  // namespace

void SourceDisposal::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void SourceDisposal::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void SourceDisposal::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  woken_.notify_all();
}

void SourceDisposal::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto lock = os::FileLock::try_take(data_ / ".beamport" / "removals.lock");
    if (lock && *lock) dispose_of_all(stop);
    if (!lock) log::warning("sources of published scans stay: {}", lock.error().message);
    std::unique_lock waiting(mutex_);
    woken_.wait_for(waiting, stop, kPeriod, [this] { return is_woken_; });
    is_woken_ = false;
  }
}

void SourceDisposal::dispose_of_all(const std::stop_token& stop) {
  std::int64_t before = 0;
  do {
    const auto due = journal_.list({.source_is_due = true}, {.before = before, .limit = ScanPage::kMaxScans});
    if (!due) {
      log::error("sources of published scans: {}", due.error().message);
      return;
    }
    for (const Scan& scan : due->scans) {
      if (stop.stop_requested()) return;
      const auto delay = delays_.find(scan.id);
      if (delay == delays_.end() || delay->second.until <= Clock::now()) dispose_of(scan, stop);
    }
    before = due->next;
  } while (before > 0);
}

void SourceDisposal::dispose_of(const Scan& scan, const std::stop_token& stop) {
  const IngestRoot* root = roots_.named(scan.request.root);
  if (root == nullptr) return;  // it may be configured again
  auto done = take_up(scan, *root, stop);
  if (done) {
    log::info("scan {}: {}", scan.id.text(), *done);
    if (const auto noted = journal_.source_is_now(scan.id, SourceDue::kNothing); !noted) {
      put_off(scan, *root, noted.error());
      return;
    }
    std::error_code error;
    fs::remove(list_of(scan), error);  // one that stays is read by nobody
    delays_.erase(scan.id);
    return;
  }
  if (stop.stop_requested() || done.error().code == ErrorCode::kCancelled) return;
  put_off(scan, *root, done.error());
}

/// An error that may pass is met again later; after any other the source stays for good.
void SourceDisposal::put_off(const Scan& scan, const IngestRoot& root, const Error& error) {
  const bool is_gone = error.code == ErrorCode::kNotFound && is_there(root.path);
  const bool may_pass = error.code == ErrorCode::kNotFound || error.code == ErrorCode::kUnavailable ||
                        error.code == ErrorCode::kIo || error.code == ErrorCode::kPermissionDenied ||
                        error.code == ErrorCode::kNoSpace || error.code == ErrorCode::kResourceExhausted;
  if (!may_pass || is_gone) {
    log::warning("scan {}: its source stays: {}", scan.id.text(), error.message);
    const auto noted = journal_.source_is_now(scan.id, SourceDue::kNothing);
    if (noted) return;
    log::error("scan {}: {}", scan.id.text(), noted.error().message);
  }
  Delay& delay = delays_[scan.id];
  delay.length = std::clamp(2 * delay.length, kFirstDelay, kLongestDelay);
  delay.until = Clock::now() + delay.length;
  log::warning("scan {}: its source stays for now: {}; it is tried again in {} s", scan.id.text(), error.message,
               delay.length.count());
}

PublishedSource SourceDisposal::source_of(const Scan& scan, const IngestRoot& root) const {
  return {.source = scan.request.source,
          .slice_pattern = root.slices,
          .gaps = root.gaps,
          .content = scan.request.content,
          .image = data_ / scan.request.output,
          .archive_name = fs::path(scan.request.source).lexically_relative(root.path)};
}

Result<std::string> SourceDisposal::take_up(const Scan& scan, const IngestRoot& root, const std::stop_token& stop) {
  if (scan.source_due == SourceDue::kComparing) {
    if (root.source_policy.kind == SourcePolicy::Kind::kKeep) return std::string("its source is kept");
    BEAMPORT_TRY(compare(scan, root, stop));
  }
  return remove(scan, root, stop);
}

Result<void> SourceDisposal::compare(const Scan& scan, const IngestRoot& root, const std::stop_token& stop) {
  const PublishedSource published = source_of(scan, root);
  BEAMPORT_ASSIGN(const SourceRemoval removal, list_removal(published.source, published.slice_pattern));
  BEAMPORT_TRY(compare_with_source(published, stop));
  if (root.source_policy.kind == SourcePolicy::Kind::kDeleteAfterVerify) {
    BEAMPORT_TRY(keep_removal(list_of(scan), removal));
  }
  return journal_.source_is_now(scan.id, SourceDue::kRemoving).map([](const Scan& /*now*/) {});
}

Result<std::string> SourceDisposal::remove(const Scan& scan, const IngestRoot& root, const std::stop_token& stop) {
  // It may be days since they were compared; without the image the slices are the only copy.
  if (published_generation(data_ / scan.request.output) != scan.id.text()) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} is not there as it was published, so its slices are kept", scan.request.output));
  }
  BEAMPORT_ASSIGN(const auto removal, read_removal(list_of(scan)));
  if (removal) return remove_listed(*removal, stop);
  if (root.source_policy.kind != SourcePolicy::Kind::kArchive) return std::string("its source is kept");
  return archive_source(root.source_policy.archive, source_of(scan, root));
}

}  // namespace beamport::ingest
