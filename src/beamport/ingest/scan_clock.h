// SPDX-License-Identifier: Apache-2.0
#pragma once

// The times a journal needs, injected so that tests can make them jump. The clock on the wall is for display only and
// decides nothing. Delays are counted on the time since the machine started, which nobody sets and all processes share.
// The functions are called from several threads.

#include <chrono>
#include <functional>
#include <string>

#include "beamport/base/result.h"

namespace beamport::ingest {

struct ScanClock {
  std::function<std::chrono::system_clock::time_point()> wall;
  std::function<std::chrono::nanoseconds()> since_boot;
  std::string boot;  // identity of this start of the machine; times of another one cannot be compared

  [[nodiscard]] static Result<ScanClock> of_this_machine();
};

}  // namespace beamport::ingest
