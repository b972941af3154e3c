// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run of bytes inside an object of known or unknown size.

#include <cstdint>

namespace beamport {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace beamport
