// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes blosc 1 buffers (c-blosc README_CHUNK_FORMAT) of compressor lz4 with bitshuffle, which any blosc decoder
// reads: what the default profile stores, at two to three times the speed of c-blosc.
//
//   0         16                        16 + 4·blocks
//   | header  | start of each block …   | blocks …                             (integers: little endian, 32 bits)
//
//   header    | 2 | 1 | flags | typesize | nbytes | blocksize | cbytes |       flags: 0x02 stored, nothing but the
//   bytes
//             versions of blosc                                                       0x04 bitshuffle
//             and of lz4 in it                                                        0x10 blocks are one stream each
//                                                                                     0x20 compressor lz4
//   block     | stream … |      of the bit planes of blocksize bytes; whole ones as `typesize` streams, one for each
//                               byte of the elements, the shorter last one and small ones (flag 0x10) as one stream
//   stream    | length | lz4 block, or the planes as they are if that many bytes |
//
// Where a block's elements are no multiple of eight its bytes stay as they are; bytes beyond whole elements always do.
//
// Deterministic: the bytes depend on input and codec alone, neither on what was encoded before nor on the processor.

#include <cstddef>

#include "beamport/base/bytes.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::codec {

/// Whether BloscLz4Encoder writes what the codec asks for; c-blosc does the rest.
[[nodiscard]] bool is_blosc_lz4(const BloscCodec& codec) noexcept;

/// The working memory of one thread, reused from buffer to buffer.
class BloscLz4Encoder {
 public:
  /// The scratch's encoder, made when first asked for.
  [[nodiscard]] static BloscLz4Encoder& of(Scratch& scratch);

  BloscLz4Encoder();

  /// `codec` is valid and is_blosc_lz4(codec); `from` is at most blosc_max_input() and `to` at least
  /// blosc_bound(from.size()) bytes. Returns the encoded length.
  [[nodiscard]] std::size_t encode(const BloscCodec& codec, ByteView from, MutableByteView to);

 private:
  struct Blocks {
    std::size_t size;  // of all but the last
    std::size_t type_size;
    std::size_t streams;  // of all but the last
    int acceleration;
  };

  /// Returns where the last block ends, 0 when they do not fit.
  std::size_t write_blocks(const Blocks& blocks, ByteView from, MutableByteView to);

  Bytes lz4_state_;
  Bytes planes_;
};

}  // namespace beamport::codec
