// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the program and a decode worker say to each other, one message a packet; little endian. The program asks, the
// worker answers each request once, and before the first one says what confines it. Neither side believes the other:
// a message that is not exactly as drawn here is refused.
//
//   request, 96 bytes, with the descriptor of the TIFF file, and behind it that of the shared memory when it is new
//    0  "BPDR"                                48  u32 rows per block
//    4  u32 number of the request, from 1     52  u32 first row wanted
//    8  u64 bytes of the file                 56  u32 rows wanted
//   16  u64 offset of the page's directory    60  u32 seconds allowed
//   24  u64 strips or tiles of the page       64  u64 bytes of the shared memory
//   32  u64 number of the page, from 1        72  u16 compression
//   40  u32 width of the page                 74  u16 bits per sample
//   44  u32 height of the page                76  u32 pixels per row of a block
//                                             80  u8 data type, as in DataType
//                                             81  u8 flags: 1 big endian, 2 BigTIFF, 4 tiles, 8 new shared memory
//                                             82  14 zeros
//
//   answer, 16 bytes and a text
//    0  "BPDA"
//    4  u32 number of the request; 0 in the first message
//    8  u8  0 ready, 1 the rows are in the shared memory, 2 failed
//    9  u8  failed: which ErrorCode
//   10  u16 bytes of the text, at most 1000
//   12  u8  ready: version of Landlock
//   13  u8  ready: 1 when system calls are filtered
//   14  2 zeros
//   16  failed: what is wrong, printable ASCII

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/image/tiff_decoder.h"
#include "beamport/os/sandbox.h"

namespace beamport::image {

struct DecodeRequest {
  std::uint32_t number = 0;
  std::uint64_t file_bytes = 0;
  CompressedRows wanted;  // of `grey`, only what decode_rows() looks at
  std::uint64_t shared_bytes = 0;
  bool brings_memory = false;
  std::chrono::seconds allowed{0};
};

struct DecodeAnswer {
  struct Ready {
    os::Confinement confinement;
  };
  struct Decoded {};

  std::uint32_t number = 0;
  std::variant<Ready, Decoded, Error> outcome;
};

inline constexpr std::size_t kDecodeRequestBytes = 96;
inline constexpr std::size_t kMaxDecodeAnswerBytes = 16 + 1000;

[[nodiscard]] std::array<std::byte, kDecodeRequestBytes> encode(const DecodeRequest& request);

/// What is not printable in an error's text becomes '?'; a text that is too long is cut.
[[nodiscard]] Bytes encode(const DecodeAnswer& answer);

/// The rows lie in the page, and the shared memory holds them. kInvalidArgument.
[[nodiscard]] Result<DecodeRequest> parse_decode_request(ByteView message);

/// Only codes that decoding can end with. kInvalidArgument.
[[nodiscard]] Result<DecodeAnswer> parse_decode_answer(ByteView message);

}  // namespace beamport::image
