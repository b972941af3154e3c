// SPDX-License-Identifier: Apache-2.0
#pragma once

// The order of slices comes from the number in their names, never from dates or from the alphabet. One run of digits
// varies from file to file and counts the frames; the rest of the name is the same everywhere. Whatever could put a
// slice into the wrong place is refused: duplicates, mixed zero padding, several varying numbers, gaps.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// A name without its TIFF extension, taken apart: its runs of digits, and all the rest with a NUL (which no file name
/// contains) for each of them.
struct NumberedName {
  std::string pattern;
  std::vector<std::string_view> runs;  // views of the name given
};

[[nodiscard]] NumberedName take_apart(std::string_view name);

/// Nothing when there are more digits than 64 bits hold.
[[nodiscard]] std::optional<std::uint64_t> value_of_digits(std::string_view digits);

/// Which run of digits counts the frames; `names` are at least two that follow one pattern and differ in a number.
[[nodiscard]] Result<std::size_t> counting_run(std::span<const std::string> names);

}  // namespace beamport::image
