// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace beamport {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "beamport: internal check failed at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace beamport
