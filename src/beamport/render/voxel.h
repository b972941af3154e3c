// SPDX-License-Identifier: Apache-2.0
#pragma once

// The exact value of one voxel, for the read-out under the cursor.

#include <cstddef>
#include <optional>
#include <string>

#include "beamport/array/extent.h"
#include "beamport/base/result.h"
#include "beamport/render/chunk_reader.h"

namespace beamport::render {

struct VoxelValue {
  std::optional<double> value;  // nearest double; nothing when it is not finite
  std::string text;             // exact: integers with every digit, floating point as the shortest text that reads back
                                // the same in its own type; "NaN", "inf", "-inf"
};

/// kNotFound for a point outside the level.
[[nodiscard]] Result<VoxelValue> read_voxel(const RenderContext& context, const ServedImage& image, std::size_t level,
                                            Point point);

}  // namespace beamport::render
