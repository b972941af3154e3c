// SPDX-License-Identifier: Apache-2.0
#pragma once

// CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4): crc32c("123456789") == 0xE3069283.

#include <cstdint>

#include "beamport/base/bytes.h"

namespace beamport::codec {

/// Checksum of bytes; pass the previous result to continue over several runs.
[[nodiscard]] std::uint32_t crc32c(ByteView bytes, std::uint32_t previous = 0) noexcept;

/// Checksum of two runs one after the other, from their own checksums: nothing is read. Takes about a microsecond.
/// Source: a CRC is a remainder modulo the polynomial, so bytes that follow multiply it by x to their number of bits.
[[nodiscard]] std::uint32_t crc32c_of_joined(std::uint32_t first, std::uint32_t second,
                                             std::uint64_t second_length) noexcept;

}  // namespace beamport::codec
