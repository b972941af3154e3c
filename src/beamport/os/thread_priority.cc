// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/thread_priority.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace beamport::os {
namespace {

constexpr int kLowest = 19;
// Of linux/ioprio.h, which not every system has: a class in the highest bits, then a level that idle does not have.
constexpr int kWhoThread = 1;
constexpr int kIdleClass = 3 << 13;

Result<void> checked(long status, const char* what) {
  if (status == 0) return {};
  const ErrorCode code = errno == EPERM || errno == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable;
  return fail(code, fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

}  // namespace

Result<void> give_way() {
  // Linux has both for each thread, 0 being the calling one.
  auto processor = checked(::setpriority(PRIO_PROCESS, 0, kLowest), "lower the priority of a thread");
  BEAMPORT_TRY(checked(::syscall(SYS_ioprio_set, kWhoThread, 0, kIdleClass), "lower a thread's priority at the disk"));
  return processor;
}

}  // namespace beamport::os
