// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests' own executable does when it is started as a child: one thing by name, such as breaking a rule of the
// sandbox. Descriptor 3 is what the test passed in.

#include <string_view>

namespace beamport::os {

inline constexpr int kProbeWorked = 0;  // what had to be refused was refused, what had to work worked
inline constexpr int kProbeFailed = 1;
inline constexpr int kProbeMissing = 77;  // the kernel has no such layer

/// Returns the exit code, unless the process is killed.
[[nodiscard]] int run_probe(std::string_view name);

}  // namespace beamport::os
