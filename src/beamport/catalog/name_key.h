// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names that look alike are one name: "Anna", "anna " and the two ways to write an é. Pure functions.

#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::catalog {

inline constexpr std::size_t kMaxNameBytes = 200;

/// As names are compared: Unicode NFKC, case folded, blanks at the ends gone and those inside single.
/// kInvalidArgument for a name that is empty, too long, no UTF-8, or has control characters or a slash.
[[nodiscard]] Result<std::string> name_key_of(std::string_view name);

}  // namespace beamport::catalog
