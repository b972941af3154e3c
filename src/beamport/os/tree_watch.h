// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells in which of many directories something happened (inotify): a name made, closed after writing, moved or removed.
// Unlike DirectoryWatch it does not say what, and it costs one descriptor for all of them. It hears only what happens
// on this machine, and not before a directory was added: look at the directory after adding it. No thread of its own;
// used by one thread at a time.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::os {

struct TreeEvents {
  std::vector<std::filesystem::path> touched;  // each once, as they were added
  bool lost = false;                           // some events were lost: look at everything again

  [[nodiscard]] bool empty() const noexcept { return touched.empty() && !lost; }
};

class TreeWatch {
 public:
  /// kUnavailable when the system cannot watch.
  [[nodiscard]] static Result<TreeWatch> open();

  TreeWatch(TreeWatch&& other) noexcept
      : events_(std::exchange(other.events_, -1)),
        wake_(std::exchange(other.wake_, -1)),
        by_path_(std::move(other.by_path_)),
        by_watch_(std::move(other.by_watch_)) {}
  TreeWatch& operator=(TreeWatch&&) = delete;
  TreeWatch(const TreeWatch&) = delete;
  TreeWatch& operator=(const TreeWatch&) = delete;
  ~TreeWatch();

  /// Whether listening to the directory began with this call. Adding what is watched already does nothing, unless
  /// another directory has taken its place under that name (a file system that was mounted over it, for which there is
  /// no event): then that one is watched. Does not follow a symbolic link in the last name unless told. kUnavailable
  /// when the system's limit is reached; kNotFound, kPermissionDenied when it cannot be opened.
  [[nodiscard]] Result<bool> add(const std::filesystem::path& directory, bool follow_link);
  /// Events that had happened before are not told any more.
  void remove(const std::filesystem::path& directory);

  /// False also after the directory itself was removed, moved or unmounted, which is told as an event.
  [[nodiscard]] bool is_watching(const std::filesystem::path& directory) const {
    return by_path_.contains(directory.native());
  }
  [[nodiscard]] std::size_t size() const noexcept { return by_path_.size(); }

  /// Returns as soon as something happened; with nothing after the timeout or a stop request.
  [[nodiscard]] Result<TreeEvents> wait(std::chrono::milliseconds timeout, const std::stop_token& stop);

 private:
  TreeWatch() = default;

  Result<bool> wait_for_events(std::chrono::milliseconds timeout) const;
  Result<bool> take_events(TreeEvents& events);
  void forget(int watch);

  int events_ = -1;  // inotify
  int wake_ = -1;    // eventfd, written by a stop request
  std::unordered_map<std::string, int> by_path_;
  std::unordered_map<int, std::filesystem::path> by_watch_;
};

}  // namespace beamport::os
