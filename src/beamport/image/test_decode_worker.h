// SPDX-License-Identifier: Apache-2.0
#pragma once

// The decode workers of this module's tests: the tests' own executable, started with the kind of worker and a path that
// some kinds use (see test_main.cc).

#include <string>
#include <string_view>

#include "beamport/image/decode_workers.h"

namespace beamport::image {

inline constexpr std::string_view kDecodeWorker = "decode-worker";
inline constexpr std::string_view kCrashingWorker = "crashing-worker";
inline constexpr std::string_view kOnceCrashingWorker = "once-crashing-worker";
inline constexpr std::string_view kHangingWorker = "hanging-worker";
inline constexpr std::string_view kStallingWorker = "stalling-worker";  // as at a file system that does not answer
inline constexpr std::string_view kOpeningWorker = "opening-worker";    // as one that was taken over would
inline constexpr std::string_view kBabblingWorker = "babbling-worker";

[[nodiscard]] inline DecodeWorkerSetup test_worker_setup(std::string_view kind, std::string path = "-") {
  return {.program = {"/proc/self/exe", "image_test", {std::string(kind), std::move(path)}}};
}

}  // namespace beamport::image
