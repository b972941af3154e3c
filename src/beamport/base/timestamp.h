// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments as text: UTC, whole seconds, RFC 3339 ("2026-11-23T03:00:00Z").

#include <chrono>
#include <string>

namespace beamport {

[[nodiscard]] std::string utc_timestamp(std::chrono::system_clock::time_point moment);

}  // namespace beamport
