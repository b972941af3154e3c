// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/bit_planes.h"

#include <cstdint>
#include <cstring>

#include "beamport/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "beamport/array/bit_planes.cc"  // NOLINT(readability-identifier-naming): Highway names it
#include <hwy/foreach_target.h>                            // this file once more for each target
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace beamport::HWY_NAMESPACE {
// A tile is as many elements as fill a cache line of each plane: planes often lie a power of two apart, so storing less
// than a line of each would drive them all out of the cache in turn.
constexpr std::size_t kLine = 64;
constexpr std::size_t kTileElements = kLine * 8;

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

/// Bit b of byte a becomes bit a of byte b; bytes counted from the lowest.
constexpr std::uint64_t transposed_bits(std::uint64_t x) {
  const auto exchange = [&x](int shift, std::uint64_t low) {
    const std::uint64_t difference = (x ^ (x >> shift)) & low;
    x ^= difference ^ (difference << shift);
  };
  exchange(7, 0x00AA'00AA'00AA'00AA);
  exchange(14, 0x0000'CCCC'0000'CCCC);
  exchange(28, 0x0000'0000'F0F0'F0F0);
  return x;
}

/// Stores a line of each plane, made of kTileElements elements.
template <std::size_t Size>
void split_tile(const std::uint8_t* HWY_RESTRICT from, std::uint8_t* HWY_RESTRICT to, std::size_t plane_bytes) {
  for (std::size_t group = 0; group < kLine; ++group) {
    for (std::size_t byte = 0; byte < Size; ++byte) {
      std::uint64_t bytes = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        bytes |= std::uint64_t{from[(group * 8 + i) * Size + byte]} << (8 * i);
      }
      const std::uint64_t bits = transposed_bits(bytes);
      for (std::size_t i = 0; i < 8; ++i) {
        to[(byte * 8 + i) * plane_bytes + group] = static_cast<std::uint8_t>(bits >> (8 * i));
      }
    }
  }
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Vectors of one to four blocks of 16 bytes. Within each block the bytes of 16 groups of eight elements are transposed,
// so that a vector holds one byte of one element of every group; eight such vectors, transposed bit by bit, are planes.
using Tag8 = hn::CappedTag<std::uint8_t, 64>;
using Vec8 = hn::Vec<Tag8>;
constexpr std::size_t kBlock = 16;

/// One block from every `stride` bytes.
template <class D>
HWY_INLINE hn::Vec<D> load_blocks(D d, const std::uint8_t* from, std::size_t stride) {
  if constexpr (hn::MaxLanes(D()) <= kBlock) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_blocks(half, from + hn::Lanes(half) / kBlock * stride, stride),
                       load_blocks(half, from, stride));
  }
}

/// Four perfect shuffles of Count vectors, each within the blocks: rotates the index of a byte, vector above place, by
/// the four bits of its place.
template <std::size_t Count>
HWY_INLINE void transpose_bytes(Vec8* HWY_RESTRICT v) {
  const Tag8 d;
  for (std::size_t step = 0; step < 4; ++step) {
    Vec8 shuffled[Count];
    for (std::size_t i = 0; i < Count / 2; ++i) {
      shuffled[2 * i] = hn::InterleaveLower(d, v[i], v[i + Count / 2]);
      shuffled[2 * i + 1] = hn::InterleaveUpper(d, v[i], v[i + Count / 2]);
    }
    for (std::size_t i = 0; i < Count; ++i) v[i] = shuffled[i];
  }
}

/// Exchanges the bits of x above those that `low` selects with the bits of y that it selects, within each byte.
template <int Shift>
HWY_INLINE void exchange_bits(Vec8& x, Vec8& y, std::uint8_t low) {
  const Tag8 d;
  const hn::Repartition<std::uint16_t, Tag8> d16;
  const Vec8 mask = hn::Set(d, low);
  const auto left = [&](Vec8 v) { return hn::BitCast(d, hn::ShiftLeft<Shift>(hn::BitCast(d16, v))); };
  const auto right = [&](Vec8 v) { return hn::BitCast(d, hn::ShiftRight<Shift>(hn::BitCast(d16, v))); };
#if HWY_TARGET <= HWY_AVX3
  const Vec8 x_moved = right(x);
  x = hn::IfVecThenElse(mask, x, left(y));  // one instruction there
  y = hn::IfVecThenElse(mask, x_moved, y);
#else
  const Vec8 difference = hn::And(hn::Xor(right(x), y), mask);
  y = hn::Xor(y, difference);
  x = hn::Xor(x, left(difference));
#endif
}

/// Bit b of byte i of vector a becomes bit a of byte i of vector b.
HWY_INLINE void transpose_bits(Vec8* HWY_RESTRICT v) {
  for (std::size_t i = 0; i < 4; ++i) exchange_bits<4>(v[i], v[i + 4], 0x0F);
  for (const std::size_t i : {0U, 1U, 4U, 5U}) exchange_bits<2>(v[i], v[i + 2], 0x33);
  for (const std::size_t i : {0U, 2U, 4U, 6U}) exchange_bits<1>(v[i], v[i + 1], 0x55);
}

/// Stores a line of each plane, made of kTileElements elements.
template <std::size_t Size>
HWY_INLINE void split_tile(const std::uint8_t* HWY_RESTRICT from, std::uint8_t* HWY_RESTRICT to,
                           std::size_t plane_bytes) {
  constexpr std::size_t kGroupBytes = 8 * Size;
  constexpr std::size_t kVectors = kGroupBytes < kBlock ? 8 : kBlock;  // transposed together
  constexpr std::size_t kColumns = kGroupBytes < kBlock ? 1 : kGroupBytes / kBlock;
  constexpr std::size_t kStep = kGroupBytes < kBlock ? kBlock : kGroupBytes;
  const Tag8 d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN std::uint8_t bytes[kGroupBytes * kLine];  // [byte of the group][group]
  for (std::size_t group = 0; group < kLine; group += lanes) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      const std::uint8_t* blocks = from + group * kGroupBytes + column * kBlock;
      Vec8 v[kVectors];
      for (std::size_t i = 0; i < kVectors; ++i) v[i] = load_blocks(d, blocks + i * kStep, kBlock * kGroupBytes);
      transpose_bytes<kVectors>(v);
      for (std::size_t i = 0; i < kVectors; ++i) hn::Store(v[i], d, bytes + (column * kBlock + i) * kLine + group);
    }
  }
  for (std::size_t byte = 0; byte < Size; ++byte) {
    for (std::size_t group = 0; group < kLine; group += lanes) {
      Vec8 v[8];
      for (std::size_t i = 0; i < 8; ++i) v[i] = hn::Load(d, bytes + (i * Size + byte) * kLine + group);
      transpose_bits(v);
      for (std::size_t i = 0; i < 8; ++i) hn::StoreU(v[i], d, to + (byte * 8 + i) * plane_bytes + group);
    }
  }
}

#endif

template <std::size_t Size>
void split_elements(const std::uint8_t* HWY_RESTRICT from, std::uint8_t* HWY_RESTRICT to, std::size_t count) {
  const std::size_t plane_bytes = count / 8;
  std::size_t done = 0;
  for (; done + kTileElements <= count; done += kTileElements) {
    split_tile<Size>(from + done * Size, to + done / 8, plane_bytes);
  }
  if (done == count) return;
  HWY_ALIGN std::uint8_t rest[kTileElements * Size] = {};
  HWY_ALIGN std::uint8_t lines[kTileElements * Size];
  std::memcpy(rest, from + done * Size, (count - done) * Size);
  split_tile<Size>(rest, lines, kLine);
  for (std::size_t plane = 0; plane < Size * 8; ++plane) {
    std::memcpy(to + plane * plane_bytes + done / 8, lines + plane * kLine, (count - done) / 8);
  }
}

void split(const std::uint8_t* from, std::uint8_t* to, std::size_t count, std::size_t element_size) {
  switch (element_size) {
    case 1:
      return split_elements<1>(from, to, count);
    case 2:
      return split_elements<2>(from, to, count);
    case 4:
      return split_elements<4>(from, to, count);
    default:
      return split_elements<8>(from, to, count);
  }
}

}  // namespace beamport::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace beamport {

HWY_EXPORT(split);

void split_bit_planes(ByteView from, MutableByteView to, std::size_t element_size) noexcept {
  BEAMPORT_CHECK(has_bit_planes(element_size));
  BEAMPORT_CHECK(from.size() == to.size() && from.size() % (8 * element_size) == 0);
  HWY_DYNAMIC_DISPATCH(split)
  (reinterpret_cast<const std::uint8_t*>(from.data()), reinterpret_cast<std::uint8_t*>(to.data()),
   from.size() / element_size, element_size);
}

}  // namespace beamport
#endif  // HWY_ONCE
