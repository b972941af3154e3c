// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Range field for one run of bytes:  bytes=10-19   bytes=10-   bytes=-5 (the last five).
// What is malformed, of another unit, or asks for several runs is ignored: the whole object is the answer.
// Pure function. Source: RFC 9110 §14.1-14.2.

#include <cstdint>
#include <optional>
#include <string_view>

#include "beamport/base/byte_range.h"

namespace beamport::net {

enum class RangeKind { kWhole, kPart, kUnsatisfiable };

struct RangeChoice {
  RangeKind kind = RangeKind::kWhole;
  ByteRange range;  // for kPart: inside the object and not empty

  friend bool operator==(const RangeChoice&, const RangeChoice&) = default;
};

[[nodiscard]] RangeChoice choose_range(std::optional<std::string_view> header, std::uint64_t object_size) noexcept;

}  // namespace beamport::net
