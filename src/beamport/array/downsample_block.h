// SPDX-License-Identifier: Apache-2.0
#pragma once

// One block of 2×2×2 voxels and what becomes of it, in plain C++: the definition that the vector code of downsample.cc
// meets bit by bit. At an odd edge the last row, plane or column stands for its missing neighbour: a value counted
// twice in all its block changes neither the mean nor the mode. Reentrant.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "beamport/array/volume_view.h"

namespace beamport::downsampling {

/// The rows of the finer level that one row of the coarser level is made of.
template <typename T>
using Rows = std::array<const T*, 4>;

template <typename T>
[[nodiscard]] Rows<T> rows_under(const VolumeView& from, std::int64_t z, std::int64_t y) noexcept {
  const std::int64_t z0 = 2 * z;
  const std::int64_t y0 = 2 * y;
  const std::int64_t z1 = std::min(z0 + 1, from.extent.z - 1);
  const std::int64_t y1 = std::min(y0 + 1, from.extent.y - 1);
  return {from.row_as<T>(z0, y0), from.row_as<T>(z0, y1), from.row_as<T>(z1, y0), from.row_as<T>(z1, y1)};
}

template <typename T>
[[nodiscard]] std::array<T, 8> block_at(const Rows<T>& rows, std::int64_t x0, std::int64_t x1) noexcept {
  return {rows[0][x0], rows[0][x1], rows[1][x0], rows[1][x1], rows[2][x0], rows[2][x1], rows[3][x0], rows[3][x1]};
}

/// Wide enough for eight values of T.
template <typename T>
using Sum = std::conditional_t<sizeof(T) <= 2, std::int32_t,
                               std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>>;

/// sum of eight values / 8, halves to the even neighbour. The shift floors, also for negative sums.
template <typename S>
[[nodiscard]] constexpr S eighth_half_even(S sum) noexcept {
  return (sum + 3 + ((sum >> 3) & 1)) >> 3;
}

/// The mean of the numbers in a block with NaN, infinities, or a sum too large for T.
template <typename T>
[[nodiscard]] T careful_mean(const std::array<T, 8>& block) noexcept {
  double sum = 0;
  int numbers = 0;
  for (const T value : block) {
    if (std::isnan(value)) continue;
    sum += static_cast<double>(value) / 8;
    ++numbers;
  }
  if (numbers == 0) return std::numeric_limits<T>::quiet_NaN();
  return static_cast<T>(sum * (8.0 / numbers));
}

/// Voxels [begin, width / 2) of the coarser row: those whose block has two columns. Floating: not finite where the
/// block needs careful_mean.
template <typename T>
void mean_whole_blocks(const Rows<T>& rows, std::int64_t begin, std::int64_t width, T* to) noexcept {
  const T* __restrict a = rows[0];
  const T* __restrict b = rows[1];
  const T* __restrict c = rows[2];
  const T* __restrict d = rows[3];
  for (std::int64_t i = begin; i < width / 2; ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      const T left = (a[2 * i] + b[2 * i]) + (c[2 * i] + d[2 * i]);
      const T right = (a[2 * i + 1] + b[2 * i + 1]) + (c[2 * i + 1] + d[2 * i + 1]);
      to[i] = (left + right) * T{0.125};
    } else {
      using S = Sum<T>;
      const S left = (S{a[2 * i]} + S{b[2 * i]}) + (S{c[2 * i]} + S{d[2 * i]});
      const S right = (S{a[2 * i + 1]} + S{b[2 * i + 1]}) + (S{c[2 * i + 1]} + S{d[2 * i + 1]});
      to[i] = static_cast<T>(eighth_half_even<S>(left + right));
    }
  }
}

/// Whether every mean of the row is finite; without branches, so that the compiler makes vector code of it.
template <typename T>
[[nodiscard]] bool all_finite(const T* values, std::int64_t count) noexcept {
  T witness = 0;
  for (std::int64_t i = 0; i < count; ++i) witness += values[i] * T{0};
  return witness == 0;
}

/// Puts the careful mean where the simple one is not finite. Not inlined, so that every SIMD target runs the same code
/// (compilers that widen these branches make them slower).
template <typename T>
[[gnu::noinline]] void replace_not_finite(const Rows<T>& rows, std::int64_t width, T* to) noexcept {
  for (std::int64_t i = 0; i < width / 2; ++i) {
    if (std::isfinite(to[i])) continue;
    const std::array<T, 8> block = block_at(rows, 2 * i, 2 * i + 1);
    bool all_nan = true;  // the usual case: outside of the mask
    for (const T value : block) all_nan &= std::isnan(value);
    to[i] = all_nan ? std::numeric_limits<T>::quiet_NaN() : careful_mean(block);
  }
}

/// The last voxel of a coarser row when the finer row is odd: its block has one column.
template <typename T>
void mean_last_column(const Rows<T>& rows, std::int64_t width, T* to) noexcept {
  const std::int64_t last = width - 1;
  if constexpr (std::is_floating_point_v<T>) {
    to[width / 2] = careful_mean(block_at(rows, last, last));
  } else {
    using S = Sum<T>;
    const S sum = S{2} * (S{rows[0][last]} + S{rows[1][last]} + S{rows[2][last]} + S{rows[3][last]});
    to[width / 2] = static_cast<T>(eighth_half_even<S>(sum));
  }
}

template <typename T>
[[nodiscard]] T mode_of(std::array<T, 8> block) noexcept {
  if (std::all_of(block.begin(), block.end(), [&](T v) { return v == block[0]; })) return block[0];
  std::sort(block.begin(), block.end());
  T best = block[0];
  std::ptrdiff_t best_count = 0;
  for (auto run = block.begin(); run != block.end();) {
    const auto end = std::upper_bound(run, block.end(), *run);
    if (end - run > best_count) {
      best_count = end - run;
      best = *run;
    }
    run = end;
  }
  return best;
}

}  // namespace beamport::downsampling
