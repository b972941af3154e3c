// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/blosc.h"

#include <blosc.h>
#include <fmt/format.h>

#include "beamport/codec/blosc_lz4.h"

namespace beamport::codec {
namespace {

int shuffle_code(BloscShuffle shuffle) {
  switch (shuffle) {
    case BloscShuffle::kNone:
      return BLOSC_NOSHUFFLE;
    case BloscShuffle::kByte:
      return BLOSC_SHUFFLE;
    case BloscShuffle::kBit:
      return BLOSC_BITSHUFFLE;
  }
  return BLOSC_NOSHUFFLE;
}

}  // namespace

Result<void> check_blosc(const BloscCodec& codec) {
  if (codec.level < 0 || codec.level > 9) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("blosc: clevel {} is not between 0 and 9", codec.level));
  }
  if (codec.type_size < 1 || codec.type_size > BLOSC_MAX_TYPESIZE) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("blosc: typesize {} is not between 1 and {}", codec.type_size, BLOSC_MAX_TYPESIZE));
  }
  if (codec.block_size > blosc_max_input()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("blosc: blocksize {} is too large", codec.block_size));
  }
  return {};
}

std::size_t blosc_bound(std::size_t size) noexcept {
  return size + BLOSC_MAX_OVERHEAD;
}

std::size_t blosc_max_input() noexcept {
  return BLOSC_MAX_BUFFERSIZE;
}

Result<std::size_t> blosc_encode(const BloscCodec& codec, ByteView from, MutableByteView to, Scratch& scratch) {
  if (is_blosc_lz4(codec) && !from.empty()) return BloscLz4Encoder::of(scratch).encode(codec, from, to);
  const int written =
      ::blosc_compress_ctx(codec.level, shuffle_code(codec.shuffle), codec.type_size, from.size(), from.data(),
                           to.data(), to.size(), codec.compressor.c_str(), codec.block_size, /*numinternalthreads=*/1);
  if (written <= 0) {
    return fail(ErrorCode::kUnsupported, fmt::format("blosc: this library cannot compress {} bytes with {} (result {})",
                                                     from.size(), codec.compressor, written));
  }
  return static_cast<std::size_t>(written);
}

Result<std::size_t> blosc_decode(ByteView from, MutableByteView to) {
  // Everything the library allocates is bounded by nbytes, so that is held against `to` before it starts.
  std::size_t decoded = 0;
  if (::blosc_cbuffer_validate(from.data(), from.size(), &decoded) != 0) {
    return fail(ErrorCode::kCorrupt, fmt::format("blosc: no valid header in {} bytes", from.size()));
  }
  if (decoded > to.size()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("blosc: the header says {} bytes, at most {} are expected", decoded, to.size()));
  }
  if (decoded == 0) return std::size_t{0};
  const int got = ::blosc_decompress_ctx(from.data(), to.data(), decoded, /*numinternalthreads=*/1);
  if (got < 0 || static_cast<std::size_t>(got) != decoded) {
    return fail(ErrorCode::kCorrupt, fmt::format("blosc: damaged data (result {}, expected {} bytes)", got, decoded));
  }
  return decoded;
}

}  // namespace beamport::codec
