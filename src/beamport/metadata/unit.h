// SPDX-License-Identifier: Apache-2.0
#pragma once

// Units of measurement as sidecars spell them, and conversion between those of one dimension. Factors are powers of
// ten and small ratios, and a power of ten is applied to the decimal digits, not to the double: 1.005 mm is 1005 um,
// not 1004.9999999999999. Only between degree and radian is there a rounding, one. Pure functions.

#include <cstdint>
#include <optional>
#include <string_view>

namespace beamport::metadata {

enum class Dimension : std::uint8_t {
  kLength,
  kInverseLength,
  kAngle,
  kTime,
  kFrequency,
  kEnergy,
  kCurrent,
  kVoltage,
  kRatio,
  kDose,
  kForce,
  kTemperature,
  kBytes,
  kPixels,
};

/// One unit is numerator / denominator × 10^exponent base units of its dimension, and × 180/π where it is a radian.
struct Unit {
  std::string_view symbol;  // as the schema writes it
  Dimension dimension = Dimension::kLength;
  int exponent = 0;
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  bool radian = false;
};

/// Nothing for a word that is no unit known here. Spaces around it do not matter, nor do words in the plural.
[[nodiscard]] std::optional<Unit> find_unit(std::string_view text) noexcept;

/// Nothing when the dimensions differ, or when the result is not finite.
[[nodiscard]] std::optional<double> convert(double value, const Unit& from, const Unit& to) noexcept;

/// value × 10^exponent, the double nearest to the shifted shortest decimal form of the value.
[[nodiscard]] double shift_decimal(double value, int exponent) noexcept;

}  // namespace beamport::metadata
