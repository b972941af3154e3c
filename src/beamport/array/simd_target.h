// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vector instruction sets ("targets") that the kernels of this module are compiled for, best first: "avx3_dl",
// "avx3", "avx2", "sse4", …, and "scalar", plain C++ for whatever the compiler may use everywhere. A kernel picks the
// best one at its first call; every target gives the same bits. Forcing one is for tests, benchmarks and `--simd`.
//
// limit_simd_target and use_best_simd_target change a setting of the whole process: call them before work begins, while
// no other thread runs a kernel. A kernel that runs meanwhile still gives the right result, with either target.
// Source: Highway's run-time dispatch (hwy/targets.h).

#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport {

/// Names of the targets that this machine and this build have, best first; never empty, the last is "scalar".
[[nodiscard]] std::vector<std::string_view> simd_targets();

/// The one in use.
[[nodiscard]] std::string_view simd_target() noexcept;

/// Uses this target and none better. kInvalidArgument, naming the choices, when simd_targets() does not have it.
[[nodiscard]] Result<void> limit_simd_target(std::string_view name);

/// Lifts the limit.
void use_best_simd_target() noexcept;

}  // namespace beamport
