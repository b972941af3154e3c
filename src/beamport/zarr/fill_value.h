// SPDX-License-Identifier: Apache-2.0
#pragma once

// The JSON forms of a fill value (Zarr v3 core "Fill value"; v2 "Fill value encoding") as a bit pattern. Pure
// functions.

#include <cstdint>

#include "beamport/array/data_type.h"
#include "beamport/base/result.h"
#include "beamport/codec/json_field.h"

namespace beamport::zarr {

/// Numbers; true and false for `is_bool`; for floats also "NaN", "Infinity", "-Infinity" and a hex bit pattern.
[[nodiscard]] Result<std::uint64_t> parse_fill_value_v3(const codec::JsonField& field, DataType type, bool is_bool);

/// The same without hex; null means 0, and integers may be written as floats without a fraction.
[[nodiscard]] Result<std::uint64_t> parse_fill_value_v2(const codec::JsonField& field, DataType type, bool is_bool);

}  // namespace beamport::zarr
