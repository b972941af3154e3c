// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/sandbox.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BEAMPORT_HAS_SANITIZER_RUNTIME 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BEAMPORT_HAS_SANITIZER_RUNTIME 1
#endif

namespace beamport::os {
namespace {

Failure refused(std::string_view what, int error_number) {
  return fail(ErrorCode::kIo,
              fmt::format("the sandbox cannot be set up: {}: {}", what, std::generic_category().message(error_number)));
}

// The kernel does not know the call, was built or started without it, or an outer sandbox (a container's, a service
// manager's) hides it.
bool is_missing(int error_number) {
  return error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == EPERM || error_number == EINVAL;
}

Result<void> limit(int resource, std::uint64_t value, std::string_view name) {
  const rlimit limits{value, value};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limits) == 0) return {};
  return refused(fmt::format("limit {}", name), errno);
}

// ---- Landlock. The build machine's headers may be older than the kernel, so the numbers stand here.

struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // from version 4 on
  std::uint64_t scoped = 0;              // from version 6 on
};

constexpr unsigned kAskForVersion = 1;

/// Everything that a version can handle.
RulesetAttributes everything(int version) {
  constexpr std::uint64_t kFirstAccesses = (1U << 13) - 1;  // execute, read and write files, make and remove entries …
  constexpr std::uint64_t kRefer = 1U << 13;
  constexpr std::uint64_t kTruncate = 1U << 14;
  constexpr std::uint64_t kDeviceControl = 1U << 15;
  constexpr std::uint64_t kBindAndConnectTcp = 0b11;
  constexpr std::uint64_t kAbstractSocketsAndSignals = 0b11;
  RulesetAttributes attributes{.handled_access_fs = kFirstAccesses};
  if (version >= 2) attributes.handled_access_fs |= kRefer;
  if (version >= 3) attributes.handled_access_fs |= kTruncate;
  if (version >= 4) attributes.handled_access_net = kBindAndConnectTcp;
  if (version >= 5) attributes.handled_access_fs |= kDeviceControl;
  if (version >= 6) attributes.scoped = kAbstractSocketsAndSignals;
  return attributes;
}

std::size_t attribute_bytes(int version) {
  if (version >= 6) return sizeof(RulesetAttributes);
  return version >= 4 ? offsetof(RulesetAttributes, scoped) : offsetof(RulesetAttributes, handled_access_net);
}

// ---- seccomp: a classic BPF program over struct seccomp_data. Whatever it does not name kills the process.

static_assert(std::endian::native == std::endian::little, "the filter reads the low word of an argument first");

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "say here which architecture the filter is for"
#endif

// What decoding needs: reading descriptors that were passed in, memory, an alarm, an answer, an end. glibc's qsort(),
// which libtiff calls, asks how much memory there is.
constexpr auto kAllowedCalls = std::to_array<long>({
    SYS_pread64,
    SYS_recvmsg,
    SYS_write,
    SYS_close,
    SYS_munmap,
    SYS_mremap,
    SYS_brk,
    SYS_setitimer,
    SYS_exit_group,
    SYS_restart_syscall,
    SYS_madvise,
    SYS_sysinfo,
});

// Those that get a protection as third argument; allowed as long as nothing becomes executable.
#if BEAMPORT_HAS_SANITIZER_RUNTIME
constexpr auto kProtectingCalls = std::to_array<long>({SYS_mmap, SYS_mprotect});
constexpr auto kRuntimeCalls = std::to_array<long>({SYS_futex, SYS_gettid, SYS_getpid, SYS_sched_yield, SYS_sigaltstack,
                                                    SYS_tgkill, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
                                                    SYS_exit, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep,
                                                    SYS_getrandom, SYS_getrusage, SYS_writev, SYS_pipe2, SYS_read});
#else
constexpr auto kProtectingCalls = std::to_array<long>({SYS_mmap});
constexpr std::array<long, 0> kRuntimeCalls = {};
#endif

constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t kAnd = BPF_ALU | BPF_AND | BPF_K;
constexpr std::uint16_t kIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t kReturn = BPF_RET | BPF_K;

constexpr sock_filter statement(std::uint16_t code, std::uint32_t value) {
  return {code, 0, 0, value};
}

/// Goes on behind the next `skip` statements unless the loaded word has that value.
constexpr sock_filter unless_equal_skip(std::uint32_t value, std::uint8_t skip) {
  return {kIfEqual, 0, skip, value};
}

class FilterProgram {
 public:
  FilterProgram() {
    statements_.push_back(statement(kLoad, offsetof(seccomp_data, arch)));
    statements_.push_back({kIfEqual, 1, 0, kArchitecture});
    statements_.push_back(statement(kReturn, SECCOMP_RET_KILL_PROCESS));
    statements_.push_back(statement(kLoad, offsetof(seccomp_data, nr)));
  }

  void allow(std::span<const long> calls) {
    for (const long call : calls) {
      statements_.push_back(unless_equal_skip(static_cast<std::uint32_t>(call), 1));
      statements_.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
    }
  }

  void allow_unless_executable(std::span<const long> calls) {
    constexpr std::size_t kProtection = 2;
    for (const long call : calls) {
      statements_.push_back(unless_equal_skip(static_cast<std::uint32_t>(call), 5));
      statements_.push_back(statement(kLoad, offsetof(seccomp_data, args) + kProtection * sizeof(std::uint64_t)));
      statements_.push_back(statement(kAnd, PROT_EXEC));
      statements_.push_back(unless_equal_skip(0, 1));
      statements_.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
      statements_.push_back(statement(kReturn, SECCOMP_RET_KILL_PROCESS));
    }
  }

  std::span<sock_filter> finish() {
    statements_.push_back(statement(kReturn, SECCOMP_RET_KILL_PROCESS));
    return statements_;
  }

 private:
  std::vector<sock_filter> statements_;
};

}  // namespace

Result<void> give_up_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return {};
  return refused("give up privileges", errno);
}

Result<void> limit_resources(const SandboxLimits& limits) {
  BEAMPORT_TRY(limit(RLIMIT_CORE, 0, "core"));
  BEAMPORT_TRY(limit(RLIMIT_FSIZE, 0, "file size"));
  BEAMPORT_TRY(limit(RLIMIT_NPROC, 0, "processes"));
  BEAMPORT_TRY(limit(RLIMIT_NOFILE, limits.descriptors, "descriptors"));
#if !BEAMPORT_HAS_SANITIZER_RUNTIME
  BEAMPORT_TRY(limit(RLIMIT_AS, limits.address_space_bytes, "address space"));
#endif
  return {};
}

Result<int> deny_paths_and_network() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskForVersion);
  if (version < 0 && is_missing(errno)) return 0;
  if (version < 0) return refused("ask for Landlock", errno);
  const RulesetAttributes attributes = everything(static_cast<int>(version));
  const long ruleset =
      ::syscall(SYS_landlock_create_ruleset, &attributes, attribute_bytes(static_cast<int>(version)), 0);
  if (ruleset < 0) return refused("make a Landlock ruleset", errno);
  const long status = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  const int error_number = errno;
  ::close(static_cast<int>(ruleset));
  if (status != 0) return refused("enforce the Landlock ruleset", error_number);
  return static_cast<int>(version);
}

Result<bool> filter_system_calls() {
  const std::uint32_t kill = SECCOMP_RET_KILL_PROCESS;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill) != 0) {
    if (is_missing(errno)) return false;
    return refused("ask for seccomp", errno);
  }
  FilterProgram program;
  program.allow(kAllowedCalls);
  program.allow(kRuntimeCalls);
  program.allow_unless_executable(kProtectingCalls);
  const std::span<sock_filter> statements = program.finish();
  const sock_fprog filter{static_cast<unsigned short>(statements.size()), statements.data()};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return refused("filter system calls", errno);
  return true;
}

Result<Confinement> confine_process(const SandboxLimits& limits) {
  Confinement confinement;
  BEAMPORT_TRY(give_up_privileges());
  BEAMPORT_ASSIGN(confinement.landlock_abi, deny_paths_and_network());
  BEAMPORT_TRY(limit_resources(limits));
  BEAMPORT_ASSIGN(confinement.filters_system_calls, filter_system_calls());
  return confinement;
}

}  // namespace beamport::os
