// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/simd_target.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwy/targets.h>

namespace beamport {
namespace {

// What the compiler may use everywhere; Highway names it after how it emulates vectors, here it is plain C++.
constexpr std::int64_t kScalar = HWY_EMU128 | HWY_SCALAR;

struct Named {
  std::int64_t target;
  std::string_view name;
};

// Highway gives better targets lower bits.
constexpr std::array kNames{
#if HWY_ARCH_X86
    Named{HWY_AVX3_DL, "avx3_dl"}, Named{HWY_AVX3, "avx3"},   Named{HWY_AVX2, "avx2"},
    Named{HWY_SSE4, "sse4"},       Named{HWY_SSSE3, "ssse3"},
#elif HWY_ARCH_ARM
    Named{HWY_SVE2_128, "sve2_128"}, Named{HWY_SVE_256, "sve_256"}, Named{HWY_SVE2, "sve2"},
    Named{HWY_SVE, "sve"},           Named{HWY_NEON, "neon"},
#endif
    Named{kScalar, "scalar"},
};

/// What the processor has, whatever the limit.
std::int64_t supported() noexcept {
  static const std::int64_t kSupported = hwy::SupportedTargets();
  return kSupported;
}

bool usable(std::int64_t target) noexcept {
  return target == kScalar || (target & supported() & HWY_TARGETS) != 0;
}

void use(std::int64_t targets) noexcept {
  hwy::SetSupportedTargetsForTest(targets);  // for whoever asks Highway; 0 lifts it
  hwy::GetChosenTarget().Update(targets == 0 ? supported() : targets);
}

}  // namespace

std::vector<std::string_view> simd_targets() {
  std::vector<std::string_view> names;
  for (const Named& named : kNames) {
    if (usable(named.target)) names.push_back(named.name);
  }
  return names;
}

std::string_view simd_target() noexcept {
  hwy::ChosenTarget& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) chosen.Update(hwy::SupportedTargets());
  const std::int64_t allowed = hwy::SupportedTargets();
  for (const Named& named : kNames) {
    if ((named.target & allowed & HWY_TARGETS) != 0) return named.name;
  }
  return kNames.back().name;
}

Result<void> limit_simd_target(std::string_view name) {
  for (const Named& named : kNames) {
    if (named.name != name || !usable(named.target)) continue;
    // The worse ones stay allowed, for kernels that are not compiled for this one.
    use(named.target == kScalar ? kScalar : supported() & ~(named.target - 1));
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("SIMD target '{}' is not one of this machine's: {}", name, fmt::join(simd_targets(), ", ")));
}

void use_best_simd_target() noexcept {
  use(0);
}

}  // namespace beamport
