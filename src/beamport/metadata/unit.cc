// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/unit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "beamport/base/checked_math.h"

namespace beamport::metadata {
namespace {

constexpr std::array kUnits = std::to_array<Unit>({
    {"m", Dimension::kLength, 0},
    {"km", Dimension::kLength, 3},
    {"cm", Dimension::kLength, -2},
    {"mm", Dimension::kLength, -3},
    {"um", Dimension::kLength, -6},
    {"nm", Dimension::kLength, -9},
    {"pm", Dimension::kLength, -12},
    {"angstrom", Dimension::kLength, -10},
    {"inch", Dimension::kLength, -4, 254},
    {"1/m", Dimension::kInverseLength, 0},
    {"1/cm", Dimension::kInverseLength, 2},
    {"1/mm", Dimension::kInverseLength, 3},
    {"1/um", Dimension::kInverseLength, 6},
    {"deg", Dimension::kAngle, 0},
    {"mdeg", Dimension::kAngle, -3},
    {"rad", Dimension::kAngle, 0, 1, 1, true},
    {"mrad", Dimension::kAngle, -3, 1, 1, true},
    {"urad", Dimension::kAngle, -6, 1, 1, true},
    {"s", Dimension::kTime, 0},
    {"ms", Dimension::kTime, -3},
    {"us", Dimension::kTime, -6},
    {"ns", Dimension::kTime, -9},
    {"min", Dimension::kTime, 0, 60},
    {"h", Dimension::kTime, 0, 3600},
    {"1/s", Dimension::kFrequency, 0},
    {"kHz", Dimension::kFrequency, 3},
    {"MHz", Dimension::kFrequency, 6},
    {"eV", Dimension::kEnergy, 0},
    {"keV", Dimension::kEnergy, 3},
    {"MeV", Dimension::kEnergy, 6},
    {"A", Dimension::kCurrent, 0},
    {"mA", Dimension::kCurrent, -3},
    {"uA", Dimension::kCurrent, -6},
    {"V", Dimension::kVoltage, 0},
    {"kV", Dimension::kVoltage, 3},
    {"1", Dimension::kRatio, 0},
    {"%", Dimension::kRatio, -2},
    {"Gy", Dimension::kDose, 0},
    {"kGy", Dimension::kDose, 3},
    {"MGy", Dimension::kDose, 6},
    {"N", Dimension::kForce, 0},
    {"mN", Dimension::kForce, -3},
    {"kN", Dimension::kForce, 3},
    {"K", Dimension::kTemperature, 0},
    {"B", Dimension::kBytes, 0},
    {"kB", Dimension::kBytes, 3},
    {"MB", Dimension::kBytes, 6},
    {"GB", Dimension::kBytes, 9},
    {"px", Dimension::kPixels, 0},
});

constexpr std::array kSpellings = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"meter", "m"},
    {"metre", "m"},
    {"kilometer", "km"},
    {"kilometre", "km"},
    {"centimeter", "cm"},
    {"centimetre", "cm"},
    {"millimeter", "mm"},
    {"millimetre", "mm"},
    {"micron", "um"},
    {"micrometer", "um"},
    {"micrometre", "um"},
    {"\xC2\xB5m", "um"},
    {"\xCE\xBCm", "um"},
    {"\xB5m", "um"},
    {"nanometer", "nm"},
    {"nanometre", "nm"},
    {"\xC3\x85", "angstrom"},
    {"\xE2\x84\xAB", "angstrom"},
    {"Angstrom", "angstrom"},
    {"in", "inch"},
    {"/m", "1/m"},
    {"m^-1", "1/m"},
    {"m-1", "1/m"},
    {"/cm", "1/cm"},
    {"cm^-1", "1/cm"},
    {"cm-1", "1/cm"},
    {"/mm", "1/mm"},
    {"mm^-1", "1/mm"},
    {"mm-1", "1/mm"},
    {"degree", "deg"},
    {"\xC2\xB0", "deg"},
    {"radian", "rad"},
    {"milliradian", "mrad"},
    {"second", "s"},
    {"sec", "s"},
    {"millisecond", "ms"},
    {"msec", "ms"},
    {"microsecond", "us"},
    {"\xC2\xB5s", "us"},
    {"\xCE\xBCs", "us"},
    {"usec", "us"},
    {"nanosecond", "ns"},
    {"minute", "min"},
    {"hour", "h"},
    {"Hz", "1/s"},
    {"hertz", "1/s"},
    {"s^-1", "1/s"},
    {"fps", "1/s"},
    {"ev", "eV"},
    {"EV", "eV"},
    {"kev", "keV"},
    {"KeV", "keV"},
    {"KEV", "keV"},
    {"ampere", "A"},
    {"milliampere", "mA"},
    {"\xC2\xB5"
     "A",
     "uA"},
    {"\xCE\xBC"
     "A",
     "uA"},
    {"microampere", "uA"},
    {"volt", "V"},
    {"kilovolt", "kV"},
    {"kv", "kV"},
    {"percent", "%"},
    {"dimensionless", "1"},
    {"gray", "Gy"},
    {"newton", "N"},
    {"kelvin", "K"},
    {"Kelvin", "K"},
    {"byte", "B"},
    {"bytes", "B"},
    {"pixel", "px"},
});

std::optional<Unit> unit_of(std::string_view symbol) noexcept {
  const auto* found = std::ranges::find(kUnits, symbol, &Unit::symbol);
  return found == kUnits.end() ? std::nullopt : std::optional(*found);
}

std::optional<Unit> spelled(std::string_view text) noexcept {
  if (const auto unit = unit_of(text)) return unit;
  const auto* found = std::ranges::find(kSpellings, text, &std::pair<std::string_view, std::string_view>::first);
  return found == kSpellings.end() ? std::nullopt : unit_of(found->second);
}

/// As decimal digits and a power of ten: "-6.5e-04" is the longest shape that to_chars gives.
constexpr std::size_t kDecimalChars = 40;

}  // namespace

std::optional<Unit> find_unit(std::string_view text) noexcept {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (const auto unit = spelled(text)) return unit;
  // Words only: "ms" is no plural of "m".
  constexpr std::size_t kShortestPlural = 4;
  if (text.size() >= kShortestPlural && text.ends_with('s')) return spelled(text.substr(0, text.size() - 1));
  return std::nullopt;
}

double shift_decimal(double value, int exponent) noexcept {
  if (!std::isfinite(value) || value == 0 || exponent == 0) return value;
  std::array<char, kDecimalChars> digits{};
  char* const begin = digits.data();
  const auto printed = std::to_chars(begin, begin + digits.size() - 8, value, std::chars_format::scientific);
  char* const mark = std::find(begin, printed.ptr, 'e');
  int power = 0;
  const char* power_begin = mark + 1;
  if (power_begin != printed.ptr && *power_begin == '+') ++power_begin;  // from_chars takes no plus
  std::from_chars(power_begin, printed.ptr, power);
  char* const end = std::to_chars(mark + 1, begin + digits.size(), power + exponent).ptr;
  double shifted = 0;
  const auto [stopped, error] = std::from_chars(begin, end, shifted);
  if (error == std::errc::result_out_of_range) {
    return power + exponent > 0 ? std::copysign(std::numeric_limits<double>::infinity(), value)
                                : std::copysign(0.0, value);
  }
  return shifted;
}

std::optional<double> convert(double value, const Unit& from, const Unit& to) noexcept {
  if (from.dimension != to.dimension || !std::isfinite(value)) return std::nullopt;
  // Both are small numbers of the table above, so the products fit.
  std::int64_t numerator = from.numerator * to.denominator;
  std::int64_t denominator = from.denominator * to.numerator;
  const std::int64_t common = std::gcd(numerator, denominator);
  numerator /= common;
  denominator /= common;
  long double scaled = value;
  if (numerator != 1) scaled *= static_cast<long double>(numerator);
  if (denominator != 1) scaled /= static_cast<long double>(denominator);
  if (from.radian && !to.radian) scaled *= 180 / std::numbers::pi_v<long double>;
  if (!from.radian && to.radian) scaled *= std::numbers::pi_v<long double> / 180;
  const double result = shift_decimal(static_cast<double>(scaled), from.exponent - to.exponent);
  return std::isfinite(result) ? std::optional(result) : std::nullopt;
}

}  // namespace beamport::metadata
