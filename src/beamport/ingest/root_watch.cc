// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/root_watch.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "beamport/base/log.h"

namespace beamport::ingest {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{60'000};

void sleep_for(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

std::unique_ptr<RootWatch> RootWatch::start(RootScan scan, RootWatchOptions options, Sink sink) {
  return std::unique_ptr<RootWatch>(new RootWatch(std::move(scan), options, std::move(sink)));
}

RootWatch::RootWatch(RootScan scan, RootWatchOptions options, Sink sink)
    : scan_(std::move(scan)), options_(options), sink_(std::move(sink)) {
  if (options_.listen) {
    auto events = os::TreeWatch::open();
    if (events) {
      events_.emplace(std::move(*events));
    } else {
      log::warning("{}: only looking from time to time: {}", scan_.options().root.string(), events.error().message);
    }
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void RootWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool looked_at_all = look(stop);
    if (events_) listen(looked_at_all);
    wait(stop);
  }
}

// Whether it was a complete look.
bool RootWatch::look(const std::stop_token& stop) {
  const bool is_whole = std::exchange(must_look_, false) || Steady::now() >= scan_.next_look();
  was_touched_ = false;
  const RootLook found = is_whole ? scan_.look(stop) : scan_.look_at_touched(stop);
  if (!found.news.empty() || !found.troubles.empty()) sink_(found);
  return is_whole;
}

// Listens where events are worth hearing now, and no longer elsewhere. A file system that was mounted over a directory
// brings no event; so after every complete look each directory is listened to anew. Where listening begins, another
// look follows soon: what happened since the last one was not heard.
void RootWatch::listen(bool anew) {
  std::unordered_set<std::string> wanted;
  for (const std::string& path : scan_.directories_to_watch(options_.max_watched_scans)) {
    if (add_watch(path, anew)) wanted.insert(scan_.path_of(path).native());
  }
  std::erase_if(watched_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    events_->remove(entry.first);
    return true;
  });
}

bool RootWatch::add_watch(const std::string& path, bool anew) {
  const std::filesystem::path full = scan_.path_of(path);
  if (!anew && events_->is_watching(full)) return true;
  // The root itself may well be a link: whoever runs the service wrote it down.
  const auto added = events_->add(full, path.empty() || scan_.options().follow_links);
  if (added) {
    watched_.insert_or_assign(full.native(), path);
    if (*added && scan_.look_again(path)) was_touched_ = true;
    return true;
  }
  if (added.error().code == ErrorCode::kUnavailable && !std::exchange(has_warned_, true)) {
    log::warning("{}: not everything is listened to, changes are found later: {}", scan_.options().root.string(),
                 added.error().message);
  }
  return false;
}

void RootWatch::wait(const std::stop_token& stop) {
  const auto looked = Steady::now();
  while (!stop.stop_requested() && !must_look_) {
    const auto now = Steady::now();
    auto until = std::min(scan_.next_look(), scan_.next_quiet());
    if (was_touched_) until = std::min(until, looked + options_.debounce);
    if (until <= now) return;
    // Clamped before it is rounded: `until` may be the end of time.
    const auto left = std::chrono::ceil<milliseconds>(std::min<Steady::duration>(until - now, kLongestWait));
    if (!events_) {
      sleep_for(left, stop);
      continue;
    }
    const auto events = events_->wait(left, stop);
    if (!events) {
      log::error("{}: only looking from time to time: {}", scan_.options().root.string(), events.error().message);
      events_.reset();
      continue;
    }
    take(*events);
  }
}

void RootWatch::take(const os::TreeEvents& events) {
  if (events.lost) {
    log::info("{}: events were lost, looking at everything again", scan_.options().root.string());
    must_look_ = true;
  }
  for (const std::filesystem::path& path : events.touched) {
    const auto found = watched_.find(path.native());
    if (found == watched_.end()) continue;
    scan_.touch(found->second);
    was_touched_ = true;
    if (!events_->is_watching(path)) watched_.erase(found);  // it is gone, or another one is in its place
  }
}

}  // namespace beamport::ingest
