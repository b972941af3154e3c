// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/downsample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "beamport/base/check.h"

namespace beamport {
namespace {

// The rows of `from` that one row of `to` is made of. At an odd edge the last row stands for its missing neighbour:
// a value counted twice in all its block changes neither the mean nor the mode.
template <typename T>
using Rows = std::array<const T*, 4>;

template <typename T>
Rows<T> rows_under(const VolumeView& from, std::int64_t z, std::int64_t y) {
  const std::int64_t z0 = 2 * z;
  const std::int64_t y0 = 2 * y;
  const std::int64_t z1 = std::min(z0 + 1, from.extent.z - 1);
  const std::int64_t y1 = std::min(y0 + 1, from.extent.y - 1);
  return {from.row_as<T>(z0, y0), from.row_as<T>(z0, y1), from.row_as<T>(z1, y0), from.row_as<T>(z1, y1)};
}

template <typename T>
std::array<T, 8> block_at(const Rows<T>& rows, std::int64_t x0, std::int64_t x1) {
  return {rows[0][x0], rows[0][x1], rows[1][x0], rows[1][x1], rows[2][x0], rows[2][x1], rows[3][x0], rows[3][x1]};
}

template <typename T>
using Sum = std::conditional_t<sizeof(T) <= 2, std::int32_t,
                               std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>>;

/// sum of eight values / 8, halves to the even neighbour. The shift floors, also for negative sums.
template <typename S>
constexpr S eighth_half_even(S sum) {
  return (sum + 3 + ((sum >> 3) & 1)) >> 3;
}

template <typename T>
T careful_mean(const std::array<T, 8>& block) {
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

template <typename T>
void mean_row(const Rows<T>& rows, std::int64_t width, T* to) {
  const std::int64_t whole = width / 2;
  const T* __restrict a = rows[0];
  const T* __restrict b = rows[1];
  const T* __restrict c = rows[2];
  const T* __restrict d = rows[3];
  if constexpr (std::is_floating_point_v<T>) {
    T witness = 0;  // stays zero as long as every mean is finite
    for (std::int64_t i = 0; i < whole; ++i) {
      const T left = (a[2 * i] + b[2 * i]) + (c[2 * i] + d[2 * i]);
      const T right = (a[2 * i + 1] + b[2 * i + 1]) + (c[2 * i + 1] + d[2 * i + 1]);
      to[i] = (left + right) * T{0.125};
    }
    for (std::int64_t i = 0; i < whole; ++i) witness += to[i] * T{0};
    if (!(witness == 0)) {
      for (std::int64_t i = 0; i < whole; ++i) {
        if (!std::isfinite(to[i])) to[i] = careful_mean(block_at(rows, 2 * i, 2 * i + 1));
      }
    }
    if (width % 2 != 0) to[whole] = careful_mean(block_at(rows, width - 1, width - 1));
  } else {
    using S = Sum<T>;
    for (std::int64_t i = 0; i < whole; ++i) {
      const S left = (S{a[2 * i]} + S{b[2 * i]}) + (S{c[2 * i]} + S{d[2 * i]});
      const S right = (S{a[2 * i + 1]} + S{b[2 * i + 1]}) + (S{c[2 * i + 1]} + S{d[2 * i + 1]});
      to[i] = static_cast<T>(eighth_half_even<S>(left + right));
    }
    if (width % 2 != 0) {
      const std::int64_t last = width - 1;
      const S sum = S{2} * (S{a[last]} + S{b[last]} + S{c[last]} + S{d[last]});
      to[whole] = static_cast<T>(eighth_half_even<S>(sum));
    }
  }
}

template <typename T>
T mode_of(std::array<T, 8> block) {
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

template <typename T>
void mode_row(const Rows<T>& rows, std::int64_t width, T* to) {
  for (std::int64_t i = 0; i < (width + 1) / 2; ++i) {
    to[i] = mode_of(block_at(rows, 2 * i, std::min(2 * i + 1, width - 1)));
  }
}

template <typename RowKernel>
void for_each_row(const VolumeView& from, const MutableVolumeView& to, const RowKernel& kernel) {
  BEAMPORT_CHECK(to.extent == half_of(from.extent) && to.type == from.type);
  for (std::int64_t z = 0; z < to.extent.z; ++z) {
    for (std::int64_t y = 0; y < to.extent.y; ++y) kernel(z, y);
  }
}

}  // namespace

void downsample_mean(VolumeView from, MutableVolumeView to) noexcept {
  visit_data_type(from.type, [&]<typename T>() {
    for_each_row(from, to, [&](std::int64_t z, std::int64_t y) {
      mean_row<T>(rows_under<T>(from, z, y), from.extent.x, to.row_as<T>(z, y));
    });
  });
}

void downsample_mode(VolumeView from, MutableVolumeView to) noexcept {
  visit_data_type(from.type, [&]<typename T>() {
    for_each_row(from, to, [&](std::int64_t z, std::int64_t y) {
      mode_row<T>(rows_under<T>(from, z, y), from.extent.x, to.row_as<T>(z, y));
    });
  });
}

}  // namespace beamport
