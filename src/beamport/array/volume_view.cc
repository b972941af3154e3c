// SPDX-License-Identifier: Apache-2.0
// Compiled once for each SIMD target (see simd_target.h): what stands in HWY_NAMESPACE exists once a target.

#include "beamport/array/volume_view.h"

#include <algorithm>
#include <cstring>

#include "beamport/array/voxel_runs.h"
#include "beamport/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "beamport/array/volume_view.cc"  // NOLINT(readability-identifier-naming): Highway's name
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace beamport::zeroing::HWY_NAMESPACE {

#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR

inline bool zero_run(const std::byte* bytes, std::int64_t count) noexcept {
  // Zero first byte and every byte equal to its neighbour: memcmp runs at memory speed.
  return bytes[0] == std::byte{0} && std::memcmp(bytes, bytes + 1, static_cast<std::size_t>(count) - 1) == 0;
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Vector = hn::ScalableTag<std::uint8_t>;

inline bool zero_run(const std::byte* bytes, std::int64_t count) noexcept {
  const Vector d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  const auto* const run = reinterpret_cast<const std::uint8_t*>(bytes);
  if (count < lanes) return std::all_of(run, run + count, [](std::uint8_t byte) { return byte == 0; });
  std::int64_t at = 0;
  for (; at + 4 * lanes <= count; at += 4 * lanes) {
    const auto some = hn::Or(hn::Or(hn::LoadU(d, run + at), hn::LoadU(d, run + at + lanes)),
                             hn::Or(hn::LoadU(d, run + at + 2 * lanes), hn::LoadU(d, run + at + 3 * lanes)));
    if (!hn::AllTrue(d, hn::Eq(some, hn::Zero(d)))) return false;
  }
  auto some = hn::Zero(d);
  for (; at < count; at += lanes) some = hn::Or(some, hn::LoadU(d, run + std::min(at, count - lanes)));
  return hn::AllTrue(d, hn::Eq(some, hn::Zero(d)));
}

#endif

bool zero_rows(const VolumeView& view) {
  const auto voxel = static_cast<std::int64_t>(size_of(view.type));
  for (std::int64_t z = 0; z < view.extent.z; ++z) {
    for (std::int64_t y = 0; y < view.extent.y; ++y) {
      if (!zero_run(view.row(z, y), view.extent.x * voxel)) return false;
    }
  }
  return true;
}

}  // namespace beamport::zeroing::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace beamport {
namespace zeroing {

HWY_EXPORT(zero_rows);

}  // namespace zeroing

namespace {

// Rows of a chunk in a slab lie a plane's width apart, each in a page of its own, where the processor's own prefetching
// stops. So the rows some way ahead are asked for while one is copied. They go to the second-level cache: rows whose
// distance is a power of two share a few sets of the first. The copying itself is memcpy's; own vector code was slower.
constexpr std::int64_t kRowsAhead = 32;
constexpr std::int64_t kLine = 64;
constexpr std::int64_t kMostPrefetched = 1024;  // bytes; longer rows the processor sees by itself

void prefetch(const std::byte* row, std::int64_t bytes) noexcept {
  bytes = std::min(bytes, kMostPrefetched);
  for (std::int64_t at = 0; at < bytes; at += kLine) __builtin_prefetch(row + at, 0, 2);
  if (bytes > 0) __builtin_prefetch(row + bytes - 1, 0, 2);  // a row that begins inside a line ends in one more
}

template <typename View>
std::int64_t row_bytes(const View& view) noexcept {
  return view.extent.x * static_cast<std::int64_t>(size_of(view.type));
}

}  // namespace

void copy_volume(VolumeView from, MutableVolumeView to) noexcept {
  BEAMPORT_CHECK(from.extent == to.extent && from.type == to.type);
  const std::int64_t bytes = row_bytes(from);
  for (std::int64_t z = 0; z < from.extent.z; ++z) {
    for (std::int64_t y = 0; y < from.extent.y; ++y) {
      const std::int64_t ahead = y + kRowsAhead;
      if (ahead < from.extent.y) {
        prefetch(from.row(z, ahead), bytes);
      } else if (z + 1 < from.extent.z && ahead - from.extent.y < from.extent.y) {
        prefetch(from.row(z + 1, ahead - from.extent.y), bytes);
      }
      std::memcpy(to.row(z, y), from.row(z, y), static_cast<std::size_t>(bytes));
    }
  }
}

bool all_zero(VolumeView view) noexcept {
  using namespace zeroing;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes a plain name
  return view.extent.empty() || HWY_DYNAMIC_DISPATCH(zero_rows)(joined_rows(view));
}

void fill_zero(MutableVolumeView view) noexcept {
  const auto bytes = static_cast<std::size_t>(row_bytes(view));
  for (std::int64_t z = 0; z < view.extent.z; ++z) {
    for (std::int64_t y = 0; y < view.extent.y; ++y) std::memset(view.row(z, y), 0, bytes);
  }
}

}  // namespace beamport

#endif
