// SPDX-License-Identifier: Apache-2.0
#include "sample_volume.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "beamport/base/check.h"

namespace beamport::app {
namespace {

constexpr float kResin = 0.42F;
constexpr float kGlass = 1.35F;
constexpr float kTissue = 0.72F;
constexpr float kFold = 0.22F;
constexpr float kNoise = 0.045F;
constexpr std::size_t kBalls = 90;

/// A well-mixed 64-bit number from a counter (SplitMix64).
constexpr std::uint64_t mix(std::uint64_t n) noexcept {
  n += 0x9e3779b97f4a7c15ULL;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9ULL;
  n = (n ^ (n >> 27)) * 0x94d049bb133111ebULL;
  return n ^ (n >> 31);
}

/// Sum of four uniform numbers: close to normal, standard deviation 1.
float noise_of(std::uint64_t bits) noexcept {
  float sum = 0;
  for (int i = 0; i < 4; ++i) sum += static_cast<float>((bits >> (16 * i)) & 0xffffU) / 65536.0F - 0.5F;
  return sum * 1.7320508F;
}

float smooth_step(float from, float to, float value) noexcept {
  const float t = std::clamp((value - from) / (to - from), 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}

}  // namespace

std::optional<SamplePattern> parse_sample_pattern(std::string_view name) noexcept {
  if (name == "tissue") return SamplePattern::kTissue;
  if (name == "ramp") return SamplePattern::kRamp;
  return std::nullopt;
}

SampleVolume::SampleVolume(SamplePattern pattern, Extent extent, std::uint32_t seed)
    : pattern_(pattern), extent_(extent), seed_(seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(-1.0F, 1.0F);
  for (std::size_t i = 0; i < kBalls; ++i) {
    const bool grain = i % 6 == 0;
    const float size = std::abs(unit(random));
    balls_.push_back({unit(random) * 0.5F, unit(random) * 0.42F, unit(random) * 0.42F,
                      grain ? 0.012F + 0.02F * size : 0.02F + 0.06F * size, grain ? 1.9F : 0.48F});
  }
  const auto reach = static_cast<std::size_t>(std::max(extent.y, extent.x)) + 2;
  for (std::size_t i = 0; i < reach; ++i) rings_.push_back(0.012F * unit(random));
}

float SampleVolume::tissue_at(float z, float y, float x) const noexcept {
  const float from_axis = std::hypot(y, x);
  const float glass = smooth_step(0.86F, 0.87F, from_axis) * (1 - smooth_step(0.94F, 0.95F, from_axis));
  const float inside = 1 - smooth_step(0.86F, 0.87F, from_axis);
  float value = kResin * inside + kGlass * glass;

  const float bend = 0.08F * std::sin(3 * z + 1);
  const float a = x - bend;
  const float b = y + 0.05F * std::cos(4 * z);
  const float shape = a * a / 0.40F + b * b / 0.30F + z * z / 0.75F + 0.05F * std::sin(5 * std::atan2(b, a) + 4 * z);
  const float body = 1 - smooth_step(0.97F, 1.0F, shape);
  if (body > 0) {
    const float k = 17;
    const float gyroid =
        std::sin(k * a) * std::cos(k * b) + std::sin(k * b) * std::cos(k * z) + std::sin(k * z) * std::cos(k * a);
    const float skin = smooth_step(0.86F, 0.9F, shape);
    const float tissue = kTissue + kFold * smooth_step(-0.3F, 0.3F, gyroid) * (1 - skin) + 0.25F * skin;
    value += body * (tissue - kResin);
    for (const Ball& ball : balls_) {
      const float dz = z - ball.z;
      const float dy = y - ball.y;
      const float dx = x - ball.x;
      const float distance = dz * dz + dy * dy + dx * dx;
      const float radius = ball.radius * ball.radius;
      if (distance < radius) value = ball.value;
    }
  }
  return value;
}

float SampleVolume::ramp_at(std::int64_t z, std::int64_t y, std::int64_t x) const noexcept {
  return static_cast<float>(x) * 0.5F - static_cast<float>(y) * 0.25F + static_cast<float>(z);
}

float SampleVolume::value_at(std::int64_t z, std::int64_t y, std::int64_t x) const noexcept {
  const float half = static_cast<float>(std::min(extent_.y, extent_.x)) / 2;
  const float fy = static_cast<float>(y) - static_cast<float>(extent_.y) / 2;
  const float fx = static_cast<float>(x) - static_cast<float>(extent_.x) / 2;
  const float fz = static_cast<float>(z) - static_cast<float>(extent_.z) / 2;
  const auto ring = static_cast<std::size_t>(std::hypot(fy, fx));
  const auto index = static_cast<std::uint64_t>(linear_index({z, y, x}, extent_));
  const float noise = kNoise * noise_of(mix(seed_ << 48 ^ index));
  return tissue_at(fz / half, fy / half, fx / half) + rings_[std::min(ring, rings_.size() - 1)] + noise;
}

void SampleVolume::fill_slice(std::int64_t z, MutableVolumeView to) const {
  BEAMPORT_CHECK(to.type == DataType::kFloat32 || to.type == DataType::kUint16);
  const bool ramp = pattern_ == SamplePattern::kRamp;
  for (std::int64_t y = 0; y < extent_.y; ++y) {
    for (std::int64_t x = 0; x < extent_.x; ++x) {
      if (to.type == DataType::kFloat32) {
        to.row_as<float>(0, y)[x] = ramp ? ramp_at(z, y, x) : value_at(z, y, x);
      } else {
        const float grey = ramp ? 0 : std::clamp(value_at(z, y, x) * 16000 + 8000, 0.0F, 65535.0F);
        to.row_as<std::uint16_t>(0, y)[x] =
            ramp ? static_cast<std::uint16_t>(x + 3 * y + 7 * z) : static_cast<std::uint16_t>(grey);
      }
    }
  }
}

}  // namespace beamport::app
