// SPDX-License-Identifier: Apache-2.0
#pragma once

// Blosc 1 buffers (c-blosc README_CHUNK_FORMAT): one compressed buffer with its own header. One thread
// each, no global state of the library. What the default profile stores is written by BloscLz4Encoder, the rest by
// c-blosc, which also reads everything.
//
//   0        1          2      3         4         8           12        16
//   | version | versionlz | flags | typesize | nbytes | blocksize | cbytes | blocks… |     (little endian)

#include <cstddef>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::codec {

/// kInvalidArgument unless this library can compress so; kUnsupported for a compressor it was built without.
[[nodiscard]] Result<void> check_blosc(const BloscCodec& codec);

/// A buffer that does not shrink is stored with this overhead.
[[nodiscard]] std::size_t blosc_bound(std::size_t size) noexcept;

/// Largest input of one buffer.
[[nodiscard]] std::size_t blosc_max_input() noexcept;

/// `to` holds at least blosc_bound(from.size()); returns the encoded length.
[[nodiscard]] Result<std::size_t> blosc_encode(const BloscCodec& codec, ByteView from, MutableByteView to,
                                               Scratch& scratch);

/// Returns the decoded length; kCorrupt when it would exceed `to`.
[[nodiscard]] Result<std::size_t> blosc_decode(ByteView from, MutableByteView to);

}  // namespace beamport::codec
