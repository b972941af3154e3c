// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which number the first of so many slices will have, from the names that have come so far. Slices land in any order,
// so the lowest number that is there proves nothing by itself. With n slices and numbers from a to b so far, the first
// is one of b-n+1 to a, and no number is below 0:
//
//        b-n+1        a ····· b        a+n-1
//   ───────┴──────────┴───────┴──────────┴──▶   known when both ends are one: b-n+1 = a, or a = 0
//
// Slices that are counted from 1 would have to come all before that is certain. So 1, followed by others without a gap,
// is likely; a conversion may begin with it, and begins anew when 0 comes after all. Nothing is published before all
// numbers are there, so a wrong guess costs time and nothing else.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::ingest {

struct FirstNumber {
  enum class Sureness : std::uint8_t { kOpen, kLikely, kCertain };
  Sureness sureness = Sureness::kOpen;
  std::optional<std::int64_t> number{};  // nothing when certain: the names have none, or are not those of one stack

  bool operator==(const FirstNumber&) const = default;
};

[[nodiscard]] FirstNumber first_number_of(std::span<const std::string> names, std::int64_t slices);

/// Waits until the number is likely or certain. kUnavailable, saying what is there, when no name came for `patience`;
/// kCancelled on a stop request. The directory may not be there yet.
[[nodiscard]] Result<FirstNumber> await_first_number(const std::filesystem::path& source, std::string_view pattern,
                                                     std::int64_t slices, std::chrono::milliseconds patience,
                                                     const std::stop_token& stop);

}  // namespace beamport::ingest
