// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/tree_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "beamport/os/file.h"

namespace beamport::os {
namespace {

constexpr std::uint32_t kWanted =
    IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr int kReadsAtOnce = 16;  // then the caller gets what there is; the rest waits in the kernel
constexpr std::chrono::milliseconds kLongest{std::chrono::hours{1}};

Failure cannot_watch(int error_number) {
  return fail(ErrorCode::kUnavailable,
              fmt::format("watch directories: {}", std::generic_category().message(error_number)));
}

}  // namespace

Result<TreeWatch> TreeWatch::open() {
  TreeWatch watch;
  watch.events_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch.events_ < 0) return cannot_watch(errno);
  watch.wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (watch.wake_ < 0) return cannot_watch(errno);
  return watch;
}

TreeWatch::~TreeWatch() {
  if (events_ >= 0) ::close(events_);
  if (wake_ >= 0) ::close(wake_);
}

Result<bool> TreeWatch::add(const std::filesystem::path& directory, bool follow_link) {
  const std::uint32_t wanted = kWanted | IN_ONLYDIR | (follow_link ? 0U : static_cast<std::uint32_t>(IN_DONT_FOLLOW));
  const int watch = ::inotify_add_watch(events_, directory.c_str(), wanted);
  if (watch < 0) {
    if (errno == ENOSPC || errno == ENOMEM) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("watch {}: no watches left (raise fs.inotify.max_user_watches)", directory.string()));
    }
    return system_error(errno, "watch", directory);
  }
  const auto known = by_path_.find(directory.native());
  if (known != by_path_.end() && known->second == watch) return false;
  remove(directory);  // another one has taken its place
  forget(watch);      // another name of one that is watched already: the newer counts
  by_watch_[watch] = directory;
  by_path_[directory.native()] = watch;
  return true;
}

void TreeWatch::remove(const std::filesystem::path& directory) {
  const auto found = by_path_.find(directory.native());
  if (found == by_path_.end()) return;
  const int watch = found->second;
  static_cast<void>(::inotify_rm_watch(events_, watch));  // fails only when it is gone already
  forget(watch);
}

void TreeWatch::forget(int watch) {
  const auto found = by_watch_.find(watch);
  if (found == by_watch_.end()) return;
  by_path_.erase(found->second.native());
  by_watch_.erase(found);
}

Result<TreeEvents> TreeWatch::wait(std::chrono::milliseconds timeout, const std::stop_token& stop) {
  TreeEvents events;
  bool any = false;
  {
    const std::stop_callback wake(stop, [descriptor = wake_] {
      const std::uint64_t one = 1;
      // Fails only when the counter is full, and then the sleeper wakes as well.
      static_cast<void>(::write(descriptor, &one, sizeof(one)));
    });
    if (!stop.stop_requested()) {
      BEAMPORT_ASSIGN(any, wait_for_events(timeout));
    }
  }
  if (stop.stop_requested()) {
    std::uint64_t requests = 0;  // so that a wait with another token sleeps again; there may be none to take
    static_cast<void>(::read(wake_, &requests, sizeof(requests)));
    return events;
  }
  for (int i = 0; any && i < kReadsAtOnce; ++i) {
    BEAMPORT_ASSIGN(any, take_events(events));
  }
  std::ranges::sort(events.touched);
  const auto twice = std::ranges::unique(events.touched);
  events.touched.erase(twice.begin(), twice.end());
  return events;
}

Result<bool> TreeWatch::wait_for_events(std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + std::clamp(timeout, std::chrono::milliseconds{0}, kLongest);
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> ready{{{events_, POLLIN, 0}, {wake_, POLLIN, 0}}};
    const int count =
        ::poll(ready.data(), ready.size(), static_cast<int>(std::max(left.count(), decltype(left)::rep{0})));
    if (count < 0 && errno != EINTR) {
      return fail(ErrorCode::kIo,
                  fmt::format("wait for changes in directories: {}", std::generic_category().message(errno)));
    }
    if (count > 0) return ready[0].revents != 0;
    if (count == 0) return false;
  }
}

// Whether there may be more to read.
Result<bool> TreeWatch::take_events(TreeEvents& events) {
  alignas(inotify_event) std::array<std::byte, kBufferBytes> buffer;
  ssize_t got = -1;
  do {
    got = ::read(events_, buffer.data(), buffer.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return false;
  if (got < 0) {
    return fail(ErrorCode::kIo,
                fmt::format("read the changes in directories: {}", std::generic_category().message(errno)));
  }
  for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
    inotify_event event;
    std::memcpy(&event, buffer.data() + at, sizeof(event));
    at += sizeof(event) + event.len;
    if ((event.mask & IN_Q_OVERFLOW) != 0) events.lost = true;
    const auto found = by_watch_.find(event.wd);
    if (found == by_watch_.end()) continue;
    if (events.touched.empty() || events.touched.back() != found->second) events.touched.push_back(found->second);
    if ((event.mask & (kGone | IN_IGNORED)) == 0) continue;
    // A directory that was moved would go on being heard under its old name.
    if ((event.mask & IN_MOVE_SELF) != 0) static_cast<void>(::inotify_rm_watch(events_, event.wd));
    forget(event.wd);
  }
  return true;
}

}  // namespace beamport::os
