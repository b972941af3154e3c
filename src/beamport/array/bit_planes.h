// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bits of a run of elements, transposed: first bit 0 of every element, then bit 1 of every element, and so on.
// Noise in the low bits then no longer hides that the high bits hardly change. Bit 0 is the lowest bit of the first
// byte in memory; within a plane element i is bit i % 8 of byte i / 8:
//
//   from   element 0 | element 1 | …                                  n elements of s bytes
//   to     bit 0 of elements 0…n-1 | bit 1 of 0…n-1 | … | bit 8s-1    8s planes of n/8 bytes
//
// This is what "bitshuffle" means in blosc. Vector instructions are chosen at run time; every choice gives the same
// bytes. Reentrant.

#include <cstddef>

#include "beamport/base/bytes.h"

namespace beamport {

/// Whether elements of this many bytes can be split: 1, 2, 4 or 8.
[[nodiscard]] constexpr bool has_bit_planes(std::size_t element_size) noexcept {
  return element_size == 1 || element_size == 2 || element_size == 4 || element_size == 8;
}

/// Both are equally long, a multiple of 8 elements, and do not overlap.
void split_bit_planes(ByteView from, MutableByteView to, std::size_t element_size) noexcept;

}  // namespace beamport
