// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/blosc_lz4.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <lz4.h>

#include "beamport/array/bit_planes.h"
#include "beamport/base/check.h"

namespace beamport::codec {
namespace {

constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kLengthBytes = 4;
constexpr std::uint8_t kFormatVersion = 2;
constexpr std::uint8_t kLz4Version = 1;
constexpr std::uint8_t kStored = 0x02;
constexpr std::uint8_t kBitShuffled = 0x04;
constexpr std::uint8_t kOneStreamEach = 0x10;
constexpr std::uint8_t kLz4 = 0x20;

constexpr std::size_t kLeastBytes = 128;     // less is stored
constexpr std::size_t kLeastElements = 128;  // a block of fewer is not divided into streams; decoders rely on it

// A block holds a cache line of each plane this many times. An odd number, because the lines of planes that lie a power
// of two apart compete for the same places in the cache; and few enough that lz4 finds a whole stream (of at most
// 64 KiB) with 16-bit positions, and that input, planes and output stay in a cache of 1 MiB.
constexpr std::size_t kPlaneLine = 64;
constexpr std::size_t kMostLines = 127;
constexpr std::size_t kMostBlockBytes = std::size_t{256} << 10;

/// How coarsely lz4 looks for repetitions: 9 at level 1 to 1 at level 9, which is what c-blosc makes of levels. Blocks
/// of 32-bit elements are four times as long as c-blosc's and repeat more; that is better spent on speed.
constexpr int acceleration_for(int level, std::size_t type_size) {
  const int acceleration = 10 - level;
  return type_size == 4 ? acceleration * 16 / 9 : acceleration;
}

constexpr std::size_t odd_below(std::size_t n) {
  return n % 2 == 0 ? n - 1 : n;
}

/// The part of the input that every block but the last has.
std::size_t block_size_for(std::size_t bytes, std::size_t type_size) {
  const std::size_t line_bytes = kPlaneLine * 8 * type_size;
  const std::size_t most = std::min(kMostLines, odd_below(kMostBlockBytes / line_bytes));
  if (bytes <= most * line_bytes) {
    const std::size_t groups = bytes - bytes % (8 * type_size);
    return groups > 0 ? groups : std::max(bytes - bytes % type_size, std::min(bytes, type_size));
  }
  // The last block is not divided into streams, so it should be small.
  std::size_t best = most;
  for (std::size_t lines = most; lines > most / 2; lines -= 2) {
    if (bytes % (best * line_bytes) <= bytes / 64) break;
    if (bytes % (lines * line_bytes) < bytes % (best * line_bytes)) best = lines;
  }
  return best * line_bytes;
}

/// Returns the bytes written, 0 when there is no room.
std::size_t write_stream(ByteView planes, int acceleration, Bytes& state, MutableByteView to) {
  if (to.size() <= kLengthBytes) return 0;
  const MutableByteView content = to.subspan(kLengthBytes);
  // Shorter than the stream itself, or it would be taken for planes as they are.
  const std::size_t most = std::min(planes.size() - 1, content.size());
  const int compressed = ::LZ4_compress_fast_extState(
      state.data(), reinterpret_cast<const char*>(planes.data()), reinterpret_cast<char*>(content.data()),
      static_cast<int>(planes.size()), static_cast<int>(most), acceleration);
  std::size_t length = compressed > 0 ? static_cast<std::size_t>(compressed) : 0;
  if (length == 0) {
    length = planes.size();
    if (length > content.size()) return 0;
    std::memcpy(content.data(), planes.data(), length);
  }
  store_little(to, static_cast<std::uint32_t>(length));
  return kLengthBytes + length;
}

/// The bytes of a block as they are compressed.
void shuffle_block(ByteView from, std::size_t type_size, MutableByteView to) {
  const std::size_t elements = from.size() / type_size;
  const std::size_t planes = elements % 8 == 0 ? elements * type_size : 0;
  split_bit_planes(from.first(planes), to.first(planes), type_size);
  std::memcpy(to.data() + planes, from.data() + planes, from.size() - planes);
}

void write_header(MutableByteView to, std::uint8_t flags, std::size_t type_size, std::size_t bytes,
                  std::size_t block_size, std::size_t encoded) {
  to[0] = std::byte{kFormatVersion};
  to[1] = std::byte{kLz4Version};
  to[2] = std::byte{flags};
  to[3] = static_cast<std::byte>(type_size);
  store_little(to.subspan(4), static_cast<std::uint32_t>(bytes));
  store_little(to.subspan(8), static_cast<std::uint32_t>(block_size));
  store_little(to.subspan(12), static_cast<std::uint32_t>(encoded));
}

}  // namespace

bool is_blosc_lz4(const BloscCodec& codec) noexcept {
  return codec.compressor == "lz4" && codec.shuffle == BloscShuffle::kBit && codec.block_size == 0 &&
         has_bit_planes(codec.type_size);
}

BloscLz4Encoder& BloscLz4Encoder::of(Scratch& scratch) {
  if (!scratch.blosc_lz4) scratch.blosc_lz4 = std::make_unique<BloscLz4Encoder>();
  return *scratch.blosc_lz4;
}

BloscLz4Encoder::BloscLz4Encoder() : lz4_state_(static_cast<std::size_t>(::LZ4_sizeofState())) {}

std::size_t BloscLz4Encoder::encode(const BloscCodec& codec, ByteView from, MutableByteView to) {
  BEAMPORT_CHECK(is_blosc_lz4(codec) && to.size() >= from.size() + kHeaderBytes);
  to = to.first(from.size() + kHeaderBytes);
  const std::size_t block_size = block_size_for(from.size(), codec.type_size);
  const bool divided = block_size / codec.type_size >= kLeastElements;
  std::uint8_t flags = kLz4 | kBitShuffled | (divided ? 0 : kOneStreamEach);
  std::size_t length = 0;
  if (codec.level > 0 && from.size() >= kLeastBytes) {
    const Blocks blocks{block_size, codec.type_size, divided ? codec.type_size : 1,
                        acceleration_for(codec.level, codec.type_size)};
    length = write_blocks(blocks, from, to);
  }
  if (length == 0) {
    flags |= kStored;
    std::memcpy(to.data() + kHeaderBytes, from.data(), from.size());
    length = to.size();
  }
  write_header(to, flags, codec.type_size, from.size(), block_size, length);
  return length;
}

std::size_t BloscLz4Encoder::write_blocks(const Blocks& blocks, ByteView from, MutableByteView to) {
  const std::size_t count = (from.size() + blocks.size - 1) / blocks.size;
  std::size_t position = kHeaderBytes + count * kLengthBytes;
  if (position > to.size()) return 0;
  if (planes_.size() < blocks.size) planes_.resize(blocks.size);
  for (std::size_t i = 0; i < count; ++i) {
    store_little(to.subspan(kHeaderBytes + i * kLengthBytes), static_cast<std::uint32_t>(position));
    const std::size_t start = i * blocks.size;
    const std::size_t bytes = std::min(blocks.size, from.size() - start);
    const MutableByteView planes = MutableByteView(planes_).first(bytes);
    shuffle_block(from.subspan(start, bytes), blocks.type_size, planes);
    const std::size_t stream_bytes = bytes == blocks.size ? bytes / blocks.streams : bytes;
    for (std::size_t at = 0; at < bytes; at += stream_bytes) {
      const std::size_t written =
          write_stream(planes.subspan(at, stream_bytes), blocks.acceleration, lz4_state_, to.subspan(position));
      if (written == 0) return 0;
      position += written;
    }
  }
  return position;
}

}  // namespace beamport::codec
