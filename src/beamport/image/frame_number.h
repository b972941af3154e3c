// SPDX-License-Identifier: Apache-2.0
#pragma once

// The order of slices comes from the number in their names, never from dates or from the alphabet. One run of digits
// varies from file to file and counts the frames; the rest of the name is the same everywhere. Whatever could put a
// slice into the wrong place is refused: duplicates, mixed zero padding, several varying numbers, gaps.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"

namespace beamport::image {

struct FrameOrder {
  std::vector<std::size_t> indices;  // into the names given, in the order of their numbers
  std::vector<std::string> notes;
};

/// `names` are file names without directory, at least one. A single name needs no number.
[[nodiscard]] Result<FrameOrder> order_by_number(std::span<const std::string> names, GapPolicy gaps);

/// What is missing between sorted, distinct numbers: "441-449, 451-459, 470"; at most `max_ranges` of them, then
/// "and 3 more ranges".
[[nodiscard]] std::string missing_ranges(std::span<const std::uint64_t> sorted, std::size_t max_ranges);

}  // namespace beamport::image
