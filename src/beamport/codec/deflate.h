// SPDX-License-Identifier: Apache-2.0
#pragma once

// Deflate (RFC 1951) in its two containers: gzip (RFC 1952), which Zarr v3 uses, and zlib (RFC 1950), which only v2
// knows. The gzip header carries no time, so equal input gives equal bytes. Pure functions.

#include <cstddef>
#include <cstdint>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::codec {

enum class DeflateContainer : std::uint8_t { kGzip, kZlib };

/// Levels 0 to 9, and -1 for the library's default.
[[nodiscard]] Result<void> check_deflate_level(int level);
[[nodiscard]] std::size_t deflate_bound(std::size_t size) noexcept;

/// `to` holds at least deflate_bound(from.size()); returns the encoded length.
[[nodiscard]] Result<std::size_t> deflate_encode(DeflateContainer container, int level, ByteView from,
                                                 MutableByteView to);

/// Decodes all members of `from`; returns the decoded length; kCorrupt when it would exceed `to`.
[[nodiscard]] Result<std::size_t> deflate_decode(DeflateContainer container, ByteView from, MutableByteView to);

}  // namespace beamport::codec
