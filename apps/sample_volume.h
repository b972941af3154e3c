// SPDX-License-Identifier: Apache-2.0
#pragma once

// Made-up tomograms, slice by slice: the same numbers for the same seed, on any machine and in any order of slices.
//
//   tissue  an ellipsoid of folded tissue with vesicles and bright grains, embedded in resin in a glass capillary, with
//           the noise and the faint rings of a real reconstruction
//   ramp    value = x + 3y + 7z (uint16, modulo 2^16), or x/2 - y/4 + z (float32): every voxel is known from its place

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "beamport/array/volume_view.h"

namespace beamport::app {

enum class SamplePattern : std::uint8_t { kTissue, kRamp };

[[nodiscard]] std::optional<SamplePattern> parse_sample_pattern(std::string_view name) noexcept;

class SampleVolume {
 public:
  SampleVolume(SamplePattern pattern, Extent extent, std::uint32_t seed);

  /// Fills slice z; `to` has extent 1 × y × x and type kFloat32 or kUint16.
  void fill_slice(std::int64_t z, MutableVolumeView to) const;

 private:
  struct Ball {
    float z, y, x, radius, value;
  };

  [[nodiscard]] float value_at(std::int64_t z, std::int64_t y, std::int64_t x) const noexcept;
  [[nodiscard]] float tissue_at(float z, float y, float x) const noexcept;
  [[nodiscard]] float ramp_at(std::int64_t z, std::int64_t y, std::int64_t x) const noexcept;

  SamplePattern pattern_;
  Extent extent_;
  std::uint64_t seed_;
  std::vector<Ball> balls_;   // in units of half the smaller side, centred
  std::vector<float> rings_;  // by distance from the axis in voxels
};

}  // namespace beamport::app
