// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the chunks of one picture are spread over threads: whoever owns threads hands in a function. It runs task(i) for
// every i in [0, count), begins no further index after a failure or a stop request, and returns when all that were
// begun have ended, with one of the failures or kCancelled. Tasks may run at the same time.

#include <cstdint>
#include <functional>
#include <stop_token>

#include "beamport/base/result.h"

namespace beamport::render {

using NumberedTask = std::function<Result<void>(std::int64_t index)>;
using ParallelFor = std::function<Result<void>(std::int64_t count, const std::stop_token& stop, const NumberedTask&)>;

/// The simplest one: one after the other on the calling thread.
[[nodiscard]] Result<void> run_in_turn(std::int64_t count, const std::stop_token& stop, const NumberedTask& task);

}  // namespace beamport::render
