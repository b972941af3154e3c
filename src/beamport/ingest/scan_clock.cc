// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_clock.h"

#include <ctime>

#include "beamport/crypto/random_id.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

std::chrono::nanoseconds time_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);  // cannot fail for a clock that Linux has
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

Result<ScanClock> ScanClock::of_this_machine() {
  ScanClock clock{.wall = [] { return std::chrono::system_clock::now(); }, .since_boot = time_since_boot, .boot = ""};
  if (const auto boot = os::read_file("/proc/sys/kernel/random/boot_id", 100)) {
    clock.boot = as_text(*boot);
  } else {
    // Without it every start of the program counts as one of the machine: delays end early, never late.
    BEAMPORT_ASSIGN(clock.boot, crypto::random_id());
  }
  return clock;
}

}  // namespace beamport::ingest
