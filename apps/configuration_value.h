// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values of the configuration file that are text: sizes and times with their unit, and a guess at what somebody meant.
// Pure functions; every complaint says what to write instead.

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::app {

/// "2 GiB", "500 MB", "4096 B": whole numbers; KiB, MiB, GiB, TiB are powers of 1024, kB, MB, GB, TB of 1000.
[[nodiscard]] Result<std::int64_t> parse_size(std::string_view text);

/// "200 ms", "30 s", "5 min", "6 h", "30 d": whole numbers.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The known name that a wrong one was probably meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest_name(std::string_view wrong, std::span<const std::string_view> known);

}  // namespace beamport::app
