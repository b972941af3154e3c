// SPDX-License-Identifier: Apache-2.0
// Compiled once for each SIMD target (see simd_target.h): what stands in HWY_NAMESPACE exists once a target.

#include "beamport/array/value_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "beamport/array/voxel_runs.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "beamport/array/value_range.cc"  // NOLINT(readability-identifier-naming): Highway's name
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace beamport::ranging::HWY_NAMESPACE {

/// What was seen so far: low > high as long as there was no finite voxel.
template <typename T>
struct Seen {
  using Limits = std::numeric_limits<T>;
  static constexpr T kHighest = Limits::has_infinity ? Limits::infinity() : Limits::max();
  static constexpr T kLowest = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  T low = kHighest;
  T high = kLowest;
  std::uint64_t not_finite = 0;
  std::uint64_t nan = 0;
};

template <typename T>
void add_carefully(const T* run, std::int64_t count, Seen<T>& seen) noexcept {
  for (std::int64_t x = 0; x < count; ++x) {
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(run[x])) {
        ++seen.not_finite;
        seen.nan += std::isnan(run[x]) ? 1U : 0U;
        continue;
      }
    }
    seen.low = run[x] < seen.low ? run[x] : seen.low;
    seen.high = run[x] > seen.high ? run[x] : seen.high;
  }
}

#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR

/// Without branches, so that the compiler makes vector code of it; NaN loses every comparison.
template <typename T>
void add_run(const T* run, std::int64_t count, Seen<T>& seen) noexcept {
  T low = seen.low;
  T high = seen.high;
  std::uint32_t not_finite = 0;
  for (std::int64_t x = 0; x < count; ++x) {
    low = run[x] < low ? run[x] : low;
    high = run[x] > high ? run[x] : high;
    if constexpr (std::is_floating_point_v<T>) not_finite += run[x] - run[x] == 0 ? 0U : 1U;
  }
  if (not_finite > 0) {  // an infinity may have won
    add_carefully(run, count, seen);
  } else {
    seen.low = low;
    seen.high = high;
  }
}

template <typename T>
Seen<T> see(const VolumeView& voxels) noexcept {
  Seen<T> seen;
  for_each_run<T>(voxels, [&](const T* run, std::int64_t count) { add_run(run, count, seen); });
  return seen;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

/// Running minima and maxima of each lane, two of each so that the steps do not wait for one another.
template <class D>
class Lanes {
 public:
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

  HWY_ATTR Lanes() noexcept
      : low0_(hn::Set(D(), Seen<T>::kHighest)), low1_(low0_), high0_(hn::Set(D(), Seen<T>::kLowest)), high1_(high0_) {}

  void add_run(const T* run, std::int64_t count) noexcept {
    const D d;
    if (count < lanes()) return add_carefully(run, count, rest_);
    // In variables of their own, which the compiler keeps in registers; members it would store at each step.
    V low0 = low0_;
    V low1 = low1_;
    V high0 = high0_;
    V high1 = high1_;
    V witness = hn::Zero(d);  // stays zero as long as every voxel is finite
    std::int64_t x = 0;
    for (; x + 2 * lanes() <= count; x += 2 * lanes()) {
      const V first = hn::LoadU(d, run + x);
      const V second = hn::LoadU(d, run + x + lanes());
      low0 = hn::Min(low0, first);
      low1 = hn::Min(low1, second);
      high0 = hn::Max(high0, first);
      high1 = hn::Max(high1, second);
      if constexpr (hwy::IsFloat<T>()) {
        witness = hn::Or(witness, hn::Or(hn::Sub(first, first), hn::Sub(second, second)));
      }
    }
    // What is left, with voxels that were seen already: that changes neither minimum nor maximum.
    for (; x < count; x += lanes()) {
      const V last = hn::LoadU(d, run + std::min(x, count - lanes()));
      low0 = hn::Min(low0, last);
      high0 = hn::Max(high0, last);
      if constexpr (hwy::IsFloat<T>()) witness = hn::Or(witness, hn::Sub(last, last));
    }
    if constexpr (hwy::IsFloat<T>()) {
      if (!hn::AllTrue(d, hn::Eq(witness, witness))) return add_finite_ones(run, count);
    }
    low0_ = low0;
    low1_ = low1;
    high0_ = high0;
    high1_ = high1;
  }

  [[nodiscard]] Seen<T> seen() const noexcept {
    const D d;
    HWY_ALIGN T low[hn::MaxLanes(D())];
    HWY_ALIGN T high[hn::MaxLanes(D())];
    hn::Store(hn::Min(low0_, low1_), d, low);
    hn::Store(hn::Max(high0_, high1_), d, high);
    Seen<T> all = rest_;
    for (std::int64_t i = 0; i < lanes(); ++i) {
      all.low = std::min(all.low, low[i]);
      all.high = std::max(all.high, high[i]);
    }
    return all;
  }

 private:
  [[nodiscard]] static std::int64_t lanes() noexcept { return static_cast<std::int64_t>(hn::Lanes(D())); }

  void add_finite_ones(const T* run, std::int64_t count) noexcept {
    const D d;
    const V highest = hn::Set(d, Seen<T>::kHighest);
    const V lowest = hn::Set(d, Seen<T>::kLowest);
    V low = low0_;
    V high = high0_;
    std::uint64_t finite_count = 0;
    std::uint64_t nan_count = 0;
    std::int64_t x = 0;
    for (; x + lanes() <= count; x += lanes()) {
      const V voxels = hn::LoadU(d, run + x);
      const auto finite = hn::IsFinite(voxels);
      low = hn::Min(low, hn::IfThenElse(finite, voxels, highest));
      high = hn::Max(high, hn::IfThenElse(finite, voxels, lowest));
      finite_count += hn::CountTrue(d, finite);
      nan_count += hn::CountTrue(d, hn::IsNaN(voxels));
    }
    low0_ = low;
    high0_ = high;
    rest_.not_finite += static_cast<std::uint64_t>(x) - finite_count;
    rest_.nan += nan_count;
    add_carefully(run + x, count - x, rest_);
  }

  V low0_;
  V low1_;
  V high0_;
  V high1_;
  Seen<T> rest_;  // of what was too short for a vector, and the counts
};

template <typename T>
Seen<T> see(const VolumeView& voxels) noexcept {
  Lanes<hn::ScalableTag<T> > lanes;
  for_each_run<T>(voxels, [&](const T* run, std::int64_t count) HWY_ATTR { lanes.add_run(run, count); });
  return lanes.seen();
}

#endif

ValueRange range_of_volume(const VolumeView& voxels) {
  return visit_data_type(voxels.type, [&]<typename T>() {
    const Seen<T> seen = see<T>(voxels);
    if (seen.low > seen.high) return ValueRange{.not_finite = seen.not_finite, .nan = seen.nan};
    return ValueRange{static_cast<double>(seen.low) + 0.0, static_cast<double>(seen.high) + 0.0, true, seen.not_finite,
                      seen.nan};
  });
}

}  // namespace beamport::ranging::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace beamport {
namespace ranging {

HWY_EXPORT(range_of_volume);

}  // namespace ranging

void ValueRange::include(const ValueRange& other) noexcept {
  not_finite += other.not_finite;
  nan += other.nan;
  if (!other.any) return;
  min = any ? std::min(min, other.min) : other.min;
  max = any ? std::max(max, other.max) : other.max;
  any = true;
}

ValueRange range_of(VolumeView voxels) noexcept {
  using namespace ranging;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes a plain name
  return HWY_DYNAMIC_DISPATCH(range_of_volume)(voxels);
}

}  // namespace beamport

#endif
