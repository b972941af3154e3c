// SPDX-License-Identifier: Apache-2.0
#pragma once

// A RootScan that runs by itself: one thread looks when a look is due, or soon after an event was heard (inotify), and
// hands what it found to a function. Without events - a network file system, no watches left, listening switched off -
// everything is found as well, only later. Destroying it ends the thread; a look that is under way is cut short.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>

#include "beamport/ingest/root_scan.h"
#include "beamport/os/tree_watch.h"

namespace beamport::ingest {

struct RootWatchOptions {
  bool listen = true;                       // false: only look from time to time
  std::chrono::milliseconds debounce{200};  // between two looks because of events
  std::size_t max_watched_scans = 256;      // scans that changed last and are listened to for slices written anew
};

class RootWatch {
 public:
  /// Called on the watching thread, only when there is something to tell. Takes its time at the cost of later looks.
  using Sink = std::function<void(const RootLook&)>;

  [[nodiscard]] static std::unique_ptr<RootWatch> start(RootScan scan, RootWatchOptions options, Sink sink);

  RootWatch(const RootWatch&) = delete;
  RootWatch& operator=(const RootWatch&) = delete;
  ~RootWatch() = default;

 private:
  RootWatch(RootScan scan, RootWatchOptions options, Sink sink);

  void run(const std::stop_token& stop);
  bool look(const std::stop_token& stop);
  void listen(bool anew);
  bool add_watch(const std::string& path, bool anew);
  void wait(const std::stop_token& stop);
  void take(const os::TreeEvents& events);

  RootScan scan_;
  const RootWatchOptions options_;
  const Sink sink_;
  std::optional<os::TreeWatch> events_;
  std::unordered_map<std::string, std::string> watched_;  // what is listened to: path, and path relative to the root
  bool has_warned_ = false;
  bool must_look_ = true;     // at everything: at first, and when events were lost
  bool was_touched_ = false;  // some of it
  std::jthread thread_;       // last: the others are there before it begins and after it ends
};

}  // namespace beamport::ingest
