// SPDX-License-Identifier: Apache-2.0
#pragma once

// Units of length by the words that OME-Zarr uses (UDUNITS), and the short forms found in the wild. Pure function.

#include <optional>
#include <string_view>

namespace beamport::zarr {

/// Micrometres in one such unit; nothing for a word that is no length.
[[nodiscard]] std::optional<double> micrometres_in(std::string_view unit) noexcept;

}  // namespace beamport::zarr
