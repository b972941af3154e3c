// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments as text: RFC 3339 ("2026-11-23T03:00:00Z"). Pure functions.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace beamport {

/// UTC, whole seconds.
[[nodiscard]] std::string utc_timestamp(std::chrono::system_clock::time_point moment);

/// Any offset, any fraction of a second (cut to milliseconds), years 1970 to 9999; nothing for other text. A leap
/// second is the one after it.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_timestamp(std::string_view text);

}  // namespace beamport
