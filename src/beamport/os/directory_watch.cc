// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/directory_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
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

constexpr std::uint32_t kWanted = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr int kReadsAtOnce = 16;  // then the caller gets what there is; the rest waits in the kernel

Failure cannot_watch(int error_number, const std::filesystem::path& directory) {
  return fail(ErrorCode::kUnavailable,
              fmt::format("watch {}: {}", directory.string(), std::generic_category().message(error_number)));
}

}  // namespace

Result<DirectoryWatch> DirectoryWatch::open(const std::filesystem::path& directory) {
  const int events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (events < 0) return cannot_watch(errno, directory);
  DirectoryWatch watch(directory, events, -1);
  watch.wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (watch.wake_ < 0) return cannot_watch(errno, directory);
  if (::inotify_add_watch(events, directory.c_str(), kWanted | IN_ONLYDIR) < 0) {
    switch (errno) {
      case ENOENT:
      case ENOTDIR:
      case EACCES:
      case ELOOP:
      case ENAMETOOLONG:
        return system_error(errno, "watch", directory);
      default:
        return cannot_watch(errno, directory);
    }
  }
  return watch;
}

DirectoryWatch::~DirectoryWatch() {
  if (events_ >= 0) ::close(events_);
  if (wake_ >= 0) ::close(wake_);
}

Result<DirectoryEvents> DirectoryWatch::wait(std::chrono::milliseconds timeout, const std::stop_token& stop) {
  DirectoryEvents events;
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
  if (!any) return events;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    BEAMPORT_ASSIGN(const bool more, take_events(events));
    if (!more) break;
  }
  return events;
}

Result<bool> DirectoryWatch::wait_for_events(std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    constexpr std::chrono::milliseconds::rep kLongest = 1'000'000'000;
    std::array<pollfd, 2> ready{{{events_, POLLIN, 0}, {wake_, POLLIN, 0}}};
    const int milliseconds = static_cast<int>(std::clamp(left.count(), std::chrono::milliseconds::rep{0}, kLongest));
    const int count = ::poll(ready.data(), ready.size(), milliseconds);
    if (count < 0 && errno != EINTR) return system_error(errno, "wait for changes in", directory_);
    if (count > 0) return ready[0].revents != 0;
    if (count == 0 && left.count() <= kLongest) return false;
  }
}

// Whether there may be more to read.
Result<bool> DirectoryWatch::take_events(DirectoryEvents& events) const {
  alignas(inotify_event) std::array<std::byte, kBufferBytes> buffer;
  ssize_t got = -1;
  do {
    got = ::read(events_, buffer.data(), buffer.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return false;
  if (got < 0) return system_error(errno, "read the changes in", directory_);
  for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
    inotify_event event;
    std::memcpy(&event, buffer.data() + at, sizeof(event));
    // The name is filled up with zeros to `len`.
    const char* name = reinterpret_cast<const char*>(buffer.data() + at + sizeof(event));
    at += sizeof(event) + event.len;
    if ((event.mask & kGone) != 0) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{} was removed, renamed or unmounted while it was being watched", directory_.string()));
    }
    if ((event.mask & IN_Q_OVERFLOW) != 0) events.lost = true;
    if (event.len == 0) continue;
    if ((event.mask & IN_CREATE) != 0) events.list.push_back({DirectoryEvent::Kind::kCreated, name});
    if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
      events.list.push_back({DirectoryEvent::Kind::kComplete, name});
    }
  }
  return true;
}

}  // namespace beamport::os
