// SPDX-License-Identifier: Apache-2.0
// Compiled once for each SIMD target (see simd_target.h): what stands in HWY_NAMESPACE exists once a target.

#include "beamport/array/value_bins.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

#include "beamport/base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "beamport/array/value_bins.cc"  // NOLINT(readability-identifier-naming): Highway's name
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace beamport::binning::HWY_NAMESPACE {

constexpr std::int64_t kBlock = 64;  // voxels looked at together; the width of a chunk's row

inline std::uint64_t word_at(const void* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Types with a bin for each value: the voxels themselves are the bins, eight bytes of them at a time.
template <typename T>
void count_block(const T* block, std::uint32_t* counts) noexcept {
  static_assert(sizeof(T) <= 2);
  constexpr ValueBins::Layout kLayout = ValueBins::Layout::of(sizeof(T));
  constexpr unsigned kBits = 8 * sizeof(T);
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  constexpr std::uint64_t kEach = ~std::uint64_t{0} / kMask;  // 0x0001000100010001
  constexpr std::uint64_t kSign = std::is_signed_v<T> ? kEach << (kBits - 1) : 0;
  constexpr std::int64_t kPerWord = 8 / sizeof(T);

  const std::uint64_t first = (word_at(block) & kMask) * kEach;
  std::uint64_t difference = 0;
  for (std::int64_t x = 0; x < kBlock; x += kPerWord) difference |= word_at(block + x) ^ first;
  if (difference == 0) {
    counts[(first ^ kSign) & kMask] += kBlock;
    return;
  }
  for (std::int64_t x = 0; x < kBlock; x += kPerWord) {
    std::uint64_t word = word_at(block + x) ^ kSign;
    for (std::size_t i = 0; i < kPerWord; ++i) {
      ++counts[i % kLayout.tables * kLayout.bins + (word & kMask)];
      word >>= kBits;
    }
  }
}

/// Writes the bins of a block; true when they are all the same.
template <typename T>
bool bins_of_block(const T* block, std::uint32_t* bins) noexcept {
  const std::uint32_t first = bin_of(block[0]);
  std::uint32_t difference = 0;
  for (std::int64_t x = 0; x < kBlock; ++x) {
    bins[x] = bin_of(block[x]);
    difference |= bins[x] ^ first;
  }
  return difference == 0;
}

#if HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR

inline bool bins_of_block(const float* block, std::uint32_t* bins) noexcept {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<std::uint32_t, kBlock> d;
  const hn::RebindToSigned<decltype(d)> d_signed;
  const hn::RebindToFloat<decltype(d)> d_float;
  const auto top = hn::Set(d, 0x80000000U);
  const auto first = hn::Set(d, bin_of(block[0]));
  auto difference = hn::Zero(d);
  for (std::int64_t x = 0; x < kBlock; x += static_cast<std::int64_t>(hn::Lanes(d))) {
    const auto bits = hn::LoadU(d_float, block + x);
    const auto sign = hn::BitCast(d, hn::BroadcastSignBit(hn::BitCast(d_signed, bits)));
    const auto bin = hn::ShiftRight<kDroppedBits>(hn::Xor(hn::BitCast(d, bits), hn::Or(sign, top)));
    hn::Store(bin, d, bins + x);
    difference = hn::Or(difference, hn::Xor(bin, first));
  }
  return hn::AllTrue(d, hn::Eq(difference, hn::Zero(d)));
}

#endif

template <typename T>
void count_row(const T* row, std::int64_t width, std::uint32_t* counts) noexcept {
  std::int64_t x = 0;
  for (; x + kBlock <= width; x += kBlock) {
    if constexpr (sizeof(T) <= 2) {
      count_block(row + x, counts);
    } else {
      HWY_ALIGN std::uint32_t bins[kBlock];
      if (bins_of_block(row + x, bins)) {
        counts[bins[0]] += kBlock;
        continue;
      }
      for (std::int64_t i = 0; i < kBlock; i += 2) {
        const std::uint64_t pair = word_at(bins + i);
        ++counts[pair & 0xffffffffU];
        ++counts[pair >> 32];
      }
    }
  }
  for (; x < width; ++x) ++counts[bin_of(row[x])];
}

void count_volume(const VolumeView& voxels, RowSampling sampling, std::uint32_t* counts) {
  const std::int64_t step = sampling == RowSampling::kSixteenth ? 16 : 1;
  visit_data_type(voxels.type, [&]<typename T>() {
    for (std::int64_t z = 0; z < voxels.extent.z; ++z) {
      for (std::int64_t y = (step - z % step) % step; y < voxels.extent.y; y += step) {
        count_row(voxels.row_as<T>(z, y), voxels.extent.x, counts);
      }
    }
  });
}

}  // namespace beamport::binning::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace beamport {
namespace binning {

HWY_EXPORT(count_volume);

template <typename Count>
Count* zeroed(std::size_t count) {
  void* const counts = std::calloc(count, sizeof(Count));
  if (counts == nullptr) throw std::bad_alloc();
  return static_cast<Count*>(counts);
}

}  // namespace binning

ValueBins::ValueBins(DataType type, std::uint64_t room)
    : type_(type),
      layout_(Layout::of(size_of(type))),
      not_finite_(size_of(type) <= 2 ? 0 : std::size_t{1} << (23 - binning::kDroppedBits)),
      room_(room),
      recent_(binning::zeroed<std::uint32_t>(layout_.bins * layout_.tables)),
      total_(binning::zeroed<std::uint64_t>(layout_.bins)) {}

void ValueBins::add(const VolumeView& voxels, RowSampling sampling) noexcept {
  using namespace binning;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes a plain name
  const auto more = static_cast<std::uint64_t>(voxels.extent.volume());
  BEAMPORT_CHECK(voxels.type == type_ && more <= room_);
  if (more > room_ - recent_voxels_) empty_recent();
  recent_voxels_ += more;
  HWY_DYNAMIC_DISPATCH(count_volume)(voxels, sampling, recent_.get());
}

void ValueBins::empty_recent() noexcept {
  for_each([&](std::size_t bin, std::uint64_t now) { total_[bin] = now; });
  std::fill_n(recent_.get(), layout_.bins * layout_.tables, 0U);
  recent_voxels_ = 0;
}

void ValueBins::merge(const ValueBins& other) noexcept {
  BEAMPORT_CHECK(type_ == other.type_);
  other.for_each([&](std::size_t bin, std::uint64_t more) { total_[bin] += more; });
}

bool ValueBins::empty_group(std::size_t first) const noexcept {
  static constexpr std::uint64_t kZeros[kGroup] = {};
  bool empty = std::memcmp(&total_[first], kZeros, kGroup * sizeof(std::uint64_t)) == 0;
  for (std::size_t table = 0; empty && table < layout_.tables; ++table) {
    empty = std::memcmp(&recent_[table * layout_.bins + first], kZeros, kGroup * sizeof(std::uint32_t)) == 0;
  }
  return empty;
}

std::uint64_t ValueBins::count(std::size_t bin) const noexcept {
  std::uint64_t sum = total_[bin];
  for (std::size_t table = 0; table < layout_.tables; ++table) sum += recent_[table * layout_.bins + bin];
  return sum;
}

}  // namespace beamport

#endif
