// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_board.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace beamport::ingest {
namespace {

bool is_open(ScanState state) {
  return state == ScanState::kNoticed || state == ScanState::kFailed || is_running(state);
}

}  // namespace

void ScanBoard::listen(IngestDesk::Listener listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.push_back(std::move(listener));
}

void ScanBoard::tell(const Scan& scan) {
  const ScanView view = view_of(scan);
  const std::lock_guard lock(listeners_mutex_);
  std::erase_if(listeners_, [&](const IngestDesk::Listener& listener) { return !listener(view); });
}

void ScanBoard::note_progress(const ScanId& id, const ConvertProgress& progress) {
  const std::lock_guard lock(live_mutex_);
  Live& live = live_[id];
  live.progress = progress;
  live.rate.note(std::chrono::steady_clock::now(), progress.bytes_done);
}

void ScanBoard::note_waiting(const ScanId& id, const std::optional<std::string>& reason) {
  const std::lock_guard lock(live_mutex_);
  live_[id].waits_for = reason;
}

void ScanBoard::forget(const ScanId& id) {
  const std::lock_guard lock(live_mutex_);
  live_.erase(id);
}

ScanView ScanBoard::view_of(const Scan& scan) {
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
  if (scan.reason && is_open(scan.state)) view.note = roots_.below_root(scan, scan.reason->text);
  if (view.note && scan.next_try_in) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*scan.next_try_in).count();
    view.note = fmt::format("{}; it is tried again in {} s", *view.note, seconds);
  }
  if (is_running(scan.state)) add_live(view, scan.id);
  return view;
}

void ScanBoard::add_live(ScanView& view, const ScanId& id) {
  const std::lock_guard lock(live_mutex_);
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  const Live& live = found->second;
  if (live.waits_for) view.note = live.waits_for;
  if (live.progress.bytes_total == 0) return;
  view.slices_done = live.progress.slices_done;
  view.slices_total = live.progress.slices_total;
  view.bytes_done = live.progress.bytes_done;
  view.bytes_total = live.progress.bytes_total;
  view.bytes_per_second = live.rate.bytes_per_second();
  view.seconds_left = live.rate.seconds_for(view.bytes_total - view.bytes_done);
}

}  // namespace beamport::ingest
