// SPDX-License-Identifier: Apache-2.0
// Compiled once for each SIMD target (see simd_target.h): foreach_target.h includes this file again and again, and what
// stands in HWY_NAMESPACE exists once a target.

#include "beamport/array/downsample.h"

#include <cstdint>
#include <type_traits>

#include "beamport/array/downsample_block.h"
#include "beamport/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "beamport/array/downsample.cc"  // NOLINT(readability-identifier-naming): Highway's name
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace beamport::downsampling::HWY_NAMESPACE {

#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR

template <typename T>
void mean_row(const Rows<T>& rows, std::int64_t width, T* to) noexcept {
  mean_whole_blocks(rows, 0, width, to);
  if constexpr (std::is_floating_point_v<T>) {
    if (!all_finite(to, width / 2)) replace_not_finite(rows, width, to);
  }
  if (width % 2 != 0) mean_last_column(rows, width, to);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// A step makes as many voxels as D has lanes, out of twice as many columns; the functions return how far they came.

/// Clears `finite` when a mean is not.
template <class D, typename T>
std::int64_t mean_steps(D d, const Rows<T>& rows, std::int64_t i, std::int64_t whole, T* to, bool& finite) noexcept {
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto column_sums = [&](std::int64_t x) HWY_ATTR {
    return hn::Add(hn::Add(hn::LoadU(d, rows[0] + x), hn::LoadU(d, rows[1] + x)),
                   hn::Add(hn::LoadU(d, rows[2] + x), hn::LoadU(d, rows[3] + x)));
  };
  const auto eighth = hn::Set(d, T{0.125});
  auto not_finite = hn::Zero(d);
  for (; i + lanes <= whole; i += lanes) {
    const auto low = column_sums(2 * i);
    const auto high = column_sums(2 * i + lanes);
    const auto mean = hn::Mul(hn::Add(hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)), eighth);
    hn::StoreU(mean, d, to + i);
    not_finite = hn::Or(not_finite, hn::Sub(mean, mean));  // zero of a number, else NaN
  }
  finite = finite && hn::AllTrue(d, hn::Eq(not_finite, not_finite));
  return i;
}

/// T is unsigned; `sign` is the top bit when T stands for a signed type, else 0. Flipping the sign adds a multiple of
/// 16 to the sum of eight, so that the rounding stays the same.
template <class D, typename T>
std::int64_t mean_steps(D d, const Rows<T>& rows, std::int64_t i, std::int64_t whole, T* to, T sign) noexcept {
  const hn::RepartitionToWide<D> wide;
  using Wide = hn::TFromD<decltype(wide)>;
  constexpr int kBits = 8 * sizeof(T);
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto flip = hn::Set(d, sign);
  const auto low_half = hn::Set(wide, static_cast<Wide>((Wide{1} << kBits) - 1));
  const auto one = hn::Set(wide, Wide{1});
  const auto three = hn::Set(wide, Wide{3});
  const auto pair_sums = [&](const T* columns) HWY_ATTR {
    const auto pairs = hn::BitCast(wide, hn::Xor(hn::LoadU(d, columns), flip));
    return hn::Add(hn::And(pairs, low_half), hn::ShiftRight<kBits>(pairs));
  };
  const auto block_means = [&](std::int64_t x) HWY_ATTR {
    const auto sum = hn::Add(hn::Add(pair_sums(rows[0] + x), pair_sums(rows[1] + x)),
                             hn::Add(pair_sums(rows[2] + x), pair_sums(rows[3] + x)));
    const auto odd = hn::And(hn::ShiftRight<3>(sum), one);
    return hn::BitCast(d, hn::ShiftRight<3>(hn::Add(hn::Add(sum, three), odd)));
  };
  for (; i + lanes <= whole; i += lanes) {
    const auto low = block_means(2 * i);
    const auto high = block_means(2 * i + lanes);
    hn::StoreU(hn::Xor(hn::ConcatEven(d, high, low), flip), d, to + i);
  }
  return i;
}

/// Whole vectors first, then what is left with halves of them, down to eight bytes.
template <class D, typename T, typename State>
std::int64_t mean_ladder(D d, const Rows<T>& rows, std::int64_t i, std::int64_t whole, T* to, State& state) noexcept {
  i = mean_steps(d, rows, i, whole, to, state);
  if constexpr (hn::MaxLanes(d) > 2 && hn::MaxLanes(d) * sizeof(T) > 8) {
    if (i < whole) return mean_ladder(hn::Half<D>(), rows, i, whole, to, state);
  }
  return i;
}

template <typename T>
void mean_row(const Rows<T>& rows, std::int64_t width, T* to) noexcept {
  const std::int64_t whole = width / 2;
  if constexpr (std::is_floating_point_v<T>) {
    bool finite = true;
    const std::int64_t done = mean_ladder(hn::ScalableTag<T>(), rows, 0, whole, to, finite);
    mean_whole_blocks(rows, done, width, to);
    if (!finite || !all_finite(to + done, whole - done)) replace_not_finite(rows, width, to);
  } else if constexpr (sizeof(T) <= 4) {
    using U = std::make_unsigned_t<T>;
    const auto as_unsigned = [](const T* row) { return reinterpret_cast<const U*>(row); };
    const Rows<U> bits{as_unsigned(rows[0]), as_unsigned(rows[1]), as_unsigned(rows[2]), as_unsigned(rows[3])};
    U sign = std::is_signed_v<T> ? static_cast<U>(U{1} << (8 * sizeof(T) - 1)) : U{0};
    const std::int64_t done = mean_ladder(hn::ScalableTag<U>(), bits, 0, whole, reinterpret_cast<U*>(to), sign);
    mean_whole_blocks(rows, done, width, to);
  } else {
    mean_whole_blocks(rows, 0, width, to);  // sums of eight need more than 64 bits
  }
  if (width % 2 != 0) mean_last_column(rows, width, to);
}

#endif

// Not noexcept: the dispatch table takes no such functions.
void mean_volume(const VolumeView& from, const MutableVolumeView& to) {
  visit_data_type(from.type, [&]<typename T>() {
    for (std::int64_t z = 0; z < to.extent.z; ++z) {
      for (std::int64_t y = 0; y < to.extent.y; ++y) {
        mean_row<T>(rows_under<T>(from, z, y), from.extent.x, to.row_as<T>(z, y));
      }
    }
  });
}

}  // namespace beamport::downsampling::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace beamport {
namespace downsampling {

HWY_EXPORT(mean_volume);

}  // namespace downsampling

void downsample_mean(VolumeView from, MutableVolumeView to) noexcept {
  using namespace downsampling;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes a plain name
  BEAMPORT_CHECK(to.extent == half_of(from.extent) && to.type == from.type);
  HWY_DYNAMIC_DISPATCH(mean_volume)(from, to);
}

void downsample_mode(VolumeView from, MutableVolumeView to) noexcept {
  BEAMPORT_CHECK(to.extent == half_of(from.extent) && to.type == from.type);
  visit_data_type(from.type, [&]<typename T>() {
    for (std::int64_t z = 0; z < to.extent.z; ++z) {
      for (std::int64_t y = 0; y < to.extent.y; ++y) {
        const downsampling::Rows<T> rows = downsampling::rows_under<T>(from, z, y);
        T* const row = to.row_as<T>(z, y);
        for (std::int64_t x = 0; x < to.extent.x; ++x) {
          row[x] = downsampling::mode_of(downsampling::block_at(rows, 2 * x, std::min(2 * x + 1, from.extent.x - 1)));
        }
      }
    }
  });
}

}  // namespace beamport

#endif
