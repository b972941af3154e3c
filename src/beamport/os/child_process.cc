// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "beamport/base/check.h"
#include "beamport/os/file.h"

namespace beamport::os {
namespace {

// Copies of descriptors at high numbers, so that putting one at its place cannot run over another.
class HighCopies {
 public:
  HighCopies() = default;
  HighCopies(const HighCopies&) = delete;
  HighCopies& operator=(const HighCopies&) = delete;
  ~HighCopies() {
    for (const int copy : copies_) ::close(copy);
  }

  Result<int> add(int descriptor) {
    constexpr int kHigh = 64;
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kHigh);
    if (copy < 0) return system_error(errno, "pass", fmt::format("descriptor {}", descriptor));
    copies_.push_back(copy);
    return copy;
  }

 private:
  std::vector<int> copies_;
};

class FileActions {
 public:
  FileActions() { BEAMPORT_CHECK(::posix_spawn_file_actions_init(&actions_) == 0); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  // These fail only without memory.
  void put(int from, int to) { BEAMPORT_CHECK(::posix_spawn_file_actions_adddup2(&actions_, from, to) == 0); }
  void put_nothing_at(int to) {
    BEAMPORT_CHECK(::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0) == 0);
  }
  void close_from(int first) { BEAMPORT_CHECK(::posix_spawn_file_actions_addclosefrom_np(&actions_, first) == 0); }

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() {
    BEAMPORT_CHECK(::posix_spawnattr_init(&attributes_) == 0);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

Result<pid_t> spawn(const Program& program, const FileActions& actions) {
  std::vector<char*> arguments;
  // posix_spawn() does not change what its old-fashioned types point at.
  arguments.push_back(const_cast<char*>(program.name.c_str()));
  for (const std::string& argument : program.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  const Attributes attributes;
  pid_t id = -1;
  const int status =
      ::posix_spawn(&id, program.path.c_str(), actions.get(), attributes.get(), arguments.data(), environment.data());
  if (status != 0) return system_error(status, "start", program.path);
  return id;
}

}  // namespace

std::string describe(const ProcessEnd& end) {
  if (end.signal == 0) return fmt::format("exit code {}", end.exit_code);
  const char* name = ::sigdescr_np(end.signal);
  return fmt::format("signal {} ({})", end.signal, name == nullptr ? "unknown" : name);
}

Result<ChildProcess> ChildProcess::start(const Program& program, std::span<const int> descriptors) {
  HighCopies copies;
  FileActions actions;
  int next = kFirstDescriptor;
  for (const int descriptor : descriptors) {
    BEAMPORT_ASSIGN(const int copy, copies.add(descriptor));
    actions.put(copy, next++);
  }
  for (int standard = 0; standard < kFirstDescriptor; ++standard) actions.put_nothing_at(standard);
  actions.close_from(next);
  BEAMPORT_ASSIGN(const pid_t id, spawn(program, actions));
  ChildProcess child(id, static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  if (child.handle_ < 0) return system_error(errno, "watch", program.path);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, -1)), handle_(std::exchange(other.handle_, -1)), end_(other.end_) {}

ChildProcess::~ChildProcess() {
  if (id_ > 0) kill();
  if (handle_ >= 0) ::close(handle_);
}

ProcessEnd ChildProcess::reap() {
  int status = 0;
  pid_t got = -1;
  do {
    got = ::waitpid(id_, &status, 0);
  } while (got < 0 && errno == EINTR);
  BEAMPORT_CHECK(got == id_);  // nobody else waits for our children
  end_ = WIFSIGNALED(status) ? ProcessEnd{0, WTERMSIG(status)} : ProcessEnd{WEXITSTATUS(status), 0};
  return *end_;
}

Result<std::optional<ProcessEnd>> ChildProcess::wait(std::chrono::milliseconds at_most) {
  if (end_) return end_;
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (true) {
    pollfd ended{handle_, POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const int ready = ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return reap();
    if (ready < 0 && errno != EINTR) return system_error(errno, "wait for", fmt::format("process {}", id_));
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
  }
}

std::chrono::nanoseconds ChildProcess::processor_time() const noexcept {
  clockid_t clock{};
  timespec time{};
  if (end_ || ::clock_getcpuclockid(id_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

ProcessEnd ChildProcess::kill() {
  if (end_) return *end_;
  ::kill(id_, SIGKILL);  // it is ours until it is reaped, so the number is still its own
  return reap();
}

}  // namespace beamport::os
