// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells which names of one directory were made, and which were closed after writing or moved in (inotify). It hears
// only what happens on this machine: what other clients of a network file system write stays unheard, so a caller looks
// at the directory from time to time as well. No thread of its own; used by one thread at a time.

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::os {

struct DirectoryEvent {
  enum class Kind {
    kCreated,   // a new name; of a file that is being written, the closing follows
    kComplete,  // closed after writing, or moved in
  };
  Kind kind = Kind::kCreated;
  std::string name;

  bool operator==(const DirectoryEvent&) const = default;
};

struct DirectoryEvents {
  std::vector<DirectoryEvent> list;  // as they happened
  bool lost = false;                 // some were lost: look at everything again

  [[nodiscard]] bool empty() const noexcept { return list.empty() && !lost; }
};

class DirectoryWatch {
 public:
  /// Events from now on. kUnavailable when the system cannot watch (none of its limited watches left, not allowed):
  /// poll instead. kNotFound when there is no such directory.
  [[nodiscard]] static Result<DirectoryWatch> open(const std::filesystem::path& directory);

  DirectoryWatch(DirectoryWatch&& other) noexcept
      : directory_(std::move(other.directory_)),
        events_(std::exchange(other.events_, -1)),
        wake_(std::exchange(other.wake_, -1)) {}
  DirectoryWatch& operator=(DirectoryWatch&&) = delete;
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;
  ~DirectoryWatch();

  /// Returns as soon as something happened; with nothing after the timeout or a stop request. kNotFound when the
  /// directory was removed, renamed or unmounted: there is nothing to hear any more.
  [[nodiscard]] Result<DirectoryEvents> wait(std::chrono::milliseconds timeout, const std::stop_token& stop);

 private:
  DirectoryWatch(std::filesystem::path directory, int events, int wake)
      : directory_(std::move(directory)), events_(events), wake_(wake) {}

  Result<bool> wait_for_events(std::chrono::milliseconds timeout) const;
  Result<bool> take_events(DirectoryEvents& events) const;

  std::filesystem::path directory_;
  int events_;  // inotify
  int wake_;    // eventfd, written by a stop request
};

}  // namespace beamport::os
