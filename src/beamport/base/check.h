// SPDX-License-Identifier: Apache-2.0
#pragma once

// BEAMPORT_CHECK: a condition that only a defect of Beamport can break. Prints the place and aborts, in every build.
// Never for input from outside; that is a Result.

namespace beamport {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace beamport

#define BEAMPORT_CHECK(condition)                               \
  do {                                                          \
    if (!(condition)) [[unlikely]]                              \
      ::beamport::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
