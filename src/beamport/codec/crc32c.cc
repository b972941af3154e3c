// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/crc32c.h"

#include <algorithm>

#include <isa-l/crc.h>

namespace beamport::codec {
namespace {

// Polynomials over GF(2) of degree below 32, bit-reversed as the checksum is: the highest bit is the coefficient of
// x^0.
constexpr std::uint32_t kPolynomial = 0x82F63B78;
constexpr std::uint32_t kOne = std::uint32_t{1} << 31;
constexpr std::uint32_t kX = std::uint32_t{1} << 30;

constexpr std::uint32_t times_x(std::uint32_t a) noexcept {
  return (a & 1U) != 0 ? (a >> 1) ^ kPolynomial : a >> 1;
}

constexpr std::uint32_t product(std::uint32_t a, std::uint32_t b) noexcept {
  std::uint32_t sum = 0;
  for (std::uint32_t bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) sum ^= b;
    b = times_x(b);
  }
  return sum;
}

constexpr std::uint32_t power_of_x(std::uint64_t exponent) noexcept {
  std::uint32_t power = kOne;
  for (std::uint32_t square = kX; exponent != 0; exponent >>= 1, square = product(square, square)) {
    if ((exponent & 1U) != 0) power = product(power, square);
  }
  return power;
}

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t previous) noexcept {
  // ISA-L takes the length as int and leaves the two inversions of the checksum to its caller.
  constexpr std::size_t kMaxRun = std::size_t{1} << 30;
  std::uint32_t state = ~previous;
  while (!bytes.empty()) {
    const ByteView run = bytes.first(std::min(bytes.size(), kMaxRun));
    auto* data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(run.data()));
    state = crc32_iscsi(data, static_cast<int>(run.size()), state);
    bytes = bytes.subspan(run.size());
  }
  return ~state;
}

std::uint32_t crc32c_of_joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_length) noexcept {
  // The polynomial is (x + 1) times a primitive one of degree 31: x to the power 2^31 - 1 is 1. Taken modulo that, the
  // length times 8 cannot overflow.
  constexpr std::uint64_t kOrderOfX = 0x7FFFFFFF;
  return product(power_of_x(second_length % kOrderOfX * 8), first) ^ second;
}

}  // namespace beamport::codec
