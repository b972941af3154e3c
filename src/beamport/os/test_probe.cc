// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/test_probe.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beamport/os/child_process.h"
#include "beamport/os/sandbox.h"

namespace beamport::os {
namespace {

constexpr SandboxLimits kLimits{.address_space_bytes = std::uint64_t{512} << 20, .descriptors = 16};
constexpr int kPassed = ChildProcess::kFirstDescriptor;

int verdict(bool worked) {
  return worked ? kProbeWorked : kProbeFailed;
}

/// Confined by all layers, does something that must be the end of the process.
int forbidden(const std::function<void()>& act) {
  const auto confinement = confine_process(kLimits);
  if (!confinement) return kProbeFailed;
  if (!confinement->filters_system_calls) return kProbeMissing;
  act();
  return kProbeFailed;
}

int landlock(int version, const std::function<bool()>& is_denied) {
  if (!give_up_privileges()) return kProbeFailed;
  const auto in_force = deny_paths_and_network();
  if (!in_force) return kProbeFailed;
  return *in_force < version ? kProbeMissing : verdict(is_denied());
}

bool opening_is_denied() {
  return ::open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES && ::opendir("/") == nullptr && errno == EACCES &&
         ::mkdir("/tmp/beamport-sandbox-test", 0700) != 0 && errno == EACCES;
}

bool connecting_is_denied() {
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(1);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(connection, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno == EACCES;
}

bool is_limited_to(__rlimit_resource resource, rlim_t value) {
  rlimit got{};
  return ::getrlimit(resource, &got) == 0 && got.rlim_cur == value && got.rlim_max == value;
}

// Descriptor 3 is a file that may be written to.
int limits() {
  std::signal(SIGXFSZ, SIG_IGN);
  if (!limit_resources(kLimits)) return kProbeFailed;
  int last = 0;
  while (last >= 0 && last < 100) last = ::dup(kPassed);
  const bool no_more_descriptors = last < 0 && errno == EMFILE;
  const bool no_growth = ::pwrite(kPassed, "x", 1, 1 << 20) < 0 && errno == EFBIG;
  return verdict(no_more_descriptors && no_growth && is_limited_to(RLIMIT_CORE, 0) && is_limited_to(RLIMIT_NPROC, 0) &&
                 is_limited_to(RLIMIT_FSIZE, 0) && is_limited_to(RLIMIT_NOFILE, kLimits.descriptors));
}

// Twice what is allowed.
int memory() {
  if (!limit_resources(kLimits)) return kProbeFailed;
  rlimit got{};
  ::getrlimit(RLIMIT_AS, &got);
  if (got.rlim_cur == RLIM_INFINITY) return kProbeMissing;  // a sanitizer build
  void* block = ::mmap(nullptr, 2 * kLimits.address_space_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return verdict(block == MAP_FAILED && errno == ENOMEM);
}

// Descriptor 3 holds "passed in".
int work_as_a_decoder_does() {
  if (!confine_process(kLimits)) return kProbeFailed;
  std::string text(9, ' ');
  const bool could_read = ::pread(kPassed, text.data(), text.size(), 0) == 9 && text == "passed in";
  // Blocks that malloc takes from the heap, blocks that it maps, and such that move when they grow.
  for (std::size_t bytes = 1; bytes <= std::size_t{64} << 20; bytes *= 4) {
    char* block = static_cast<char*>(std::malloc(bytes));
    if (block == nullptr) return kProbeFailed;
    std::memset(block, 1, bytes);
    block = static_cast<char*>(std::realloc(block, 3 * bytes));
    if (block == nullptr || block[bytes - 1] != 1) return kProbeFailed;
    std::free(block);
  }
  return verdict(could_read && ::close(kPassed) == 0);
}

// Only the standard streams and what was passed in, and no variable.
int look_around() {
  std::map<int, std::string> open;
  DIR* listing = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(listing)) {
    const int number = std::atoi(entry->d_name);
    if (entry->d_name[0] == '.' || number == ::dirfd(listing)) continue;
    std::array<char, 256> target{};
    if (::readlinkat(::dirfd(listing), entry->d_name, target.data(), target.size() - 1) < 0) return kProbeFailed;
    open[number] = target.data();
  }
  sigset_t blocked;
  ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
  const bool has_own_streams = open[0] == "/dev/null" && open[1] == "/dev/null" && open[2] == "/dev/null";
  return verdict(has_own_streams && open.size() == 4 && open.contains(kPassed) && ::environ[0] == nullptr &&
                 ::getpgrp() == ::getpid() && sigisemptyset(&blocked) == 1 && std::signal(SIGPIPE, SIG_DFL) == SIG_DFL);
}

const std::map<std::string, std::function<int()>, std::less<>>& probes() {
  static const std::map<std::string, std::function<int()>, std::less<>> all = {
      {"open", [] { return forbidden([] { ::open("/dev/null", O_RDONLY); }); }},
      {"socket", [] { return forbidden([] { ::socket(AF_INET, SOCK_STREAM, 0); }); }},
      {"fork", [] { return forbidden([] { ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }); }},
      {"exec", [] { return forbidden([] { ::execl("/bin/true", "true", nullptr); }); }},
      {"kill", [] { return forbidden([] { ::kill(::getppid(), 0); }); }},
      {"trace", [] { return forbidden([] { ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }); }},
      {"ioctl", [] { return forbidden([] { ::syscall(SYS_ioctl, 0, 0, nullptr); }); }},
      {"duplicate", [] { return forbidden([] { ::dup(kPassed); }); }},
      {"unknown", [] { return forbidden([] { ::syscall(100'000); }); }},
      {"other-abi", [] { return forbidden([] { ::syscall(SYS_pread64 | 0x40000000, kPassed, nullptr, 0, 0); }); }},
      {"map-code",
       [] {
         return forbidden([] { ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); });
       }},
      {"make-code",
       [] {
         void* page = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return forbidden([page] { ::mprotect(page, 4096, PROT_READ | PROT_EXEC); });
       }},
      {"landlock-open", [] { return landlock(1, opening_is_denied); }},
      {"landlock-connect", [] { return landlock(4, connecting_is_denied); }},
      {"landlock-kill", [] { return landlock(6, [] { return ::kill(::getppid(), 0) != 0 && errno == EPERM; }); }},
      {"no-new-privileges",
       [] { return verdict(give_up_privileges().has_value() && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1); }},
      {"limits", limits},
      {"memory", memory},
      {"decode", work_as_a_decoder_does},
      {"look-around", look_around},
      {"exit-42", [] { return 42; }},
      {"signal", [] { return std::raise(SIGUSR1); }},
      {"compute",
       [] {
         const volatile bool for_ever = true;
         while (for_ever) {
         }
         return kProbeFailed;
       }},
      {"hang",
       [] {
         while (true) ::pause();
         return kProbeFailed;
       }},
  };
  return all;
}

}  // namespace

int run_probe(std::string_view name) {
  const auto found = probes().find(name);
  return found == probes().end() ? kProbeFailed : found->second();
}

}  // namespace beamport::os
