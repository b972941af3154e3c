// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checks on the range of values that is drawn from black to white (ValueWindow, array/volume_statistics.h).

#include <string_view>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/result.h"

namespace beamport::render {

/// kInvalidArgument unless both ends and the width are finite and low < high.
[[nodiscard]] Result<void> check_window(const ValueWindow& window);

/// "low,high" as a query parameter gives it ("-0.5,1e3"); checked.
[[nodiscard]] Result<ValueWindow> parse_window(std::string_view text);

}  // namespace beamport::render
