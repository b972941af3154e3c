// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_state.h"

#include <array>
#include <cstddef>

namespace beamport::ingest {
namespace {

constexpr std::size_t kStates = 8;

constexpr unsigned bit(ScanState state) noexcept {
  return 1U << static_cast<unsigned>(state);
}
template <typename... States>
constexpr unsigned any_of(States... states) noexcept {
  return (bit(states) | ...);
}

using enum ScanState;

// In the order of ScanState: what may come next.
constexpr std::array<unsigned, kStates> kNext{
    /* noticed    */ any_of(kSettling, kFailed, kCancelled, kSuperseded),
    /* settling   */ any_of(kNoticed, kConverting, kFailed, kCancelled, kSuperseded),
    /* converting */ any_of(kNoticed, kVerifying, kFailed, kCancelled, kSuperseded),
    /* verifying  */ any_of(kNoticed, kConverting, kPublished, kFailed, kCancelled, kSuperseded),
    /* published  */ any_of(kSuperseded),
    /* failed     */ any_of(kNoticed, kSettling, kCancelled, kSuperseded),
    /* superseded */ 0U,
    /* cancelled  */ any_of(kNoticed),
};

}  // namespace

bool may_follow(ScanState from, ScanState to) noexcept {
  return (kNext[static_cast<std::size_t>(from)] & bit(to)) != 0;
}

bool is_running(ScanState state) noexcept {
  return state == kSettling || state == kConverting || state == kVerifying;
}

}  // namespace beamport::ingest
