// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/unit.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

std::optional<double> converted(double value, std::string_view from, std::string_view to) {
  const auto a = find_unit(from);
  const auto b = find_unit(to);
  if (!a || !b) return std::nullopt;
  return convert(value, *a, *b);
}

TEST(Unit, PowersOfTenAreExact) {
  EXPECT_EQ(converted(18500, "eV", "keV"), 18.5);
  EXPECT_EQ(converted(0.00065, "mm", "um"), 0.65);
  EXPECT_EQ(converted(1.005, "mm", "um"), 1005.0);  // 1.005 * 1000 is 1004.9999999999999
  EXPECT_EQ(converted(6.5e-7, "m", "um"), 0.65);
  EXPECT_EQ(converted(650, "nm", "um"), 0.65);
  EXPECT_EQ(converted(150, "ms", "s"), 0.15);
  EXPECT_EQ(converted(0.3, "1", "%"), 30.0);
  EXPECT_EQ(converted(401.04710541364847, "mA", "A"), 0.40104710541364847);
  EXPECT_EQ(converted(12.345, "1/mm", "1/cm"), 123.45);
}

TEST(Unit, RatiosAndAngles) {
  EXPECT_EQ(converted(1.5, "h", "s"), 5400.0);
  EXPECT_EQ(converted(1, "inch", "mm"), 25.4);
  EXPECT_EQ(converted(3.141592653589793, "rad", "deg"), 180.0);
  EXPECT_EQ(converted(180, "deg", "rad"), 3.141592653589793);
  EXPECT_EQ(converted(7, "mrad", "rad"), 0.007);
}

TEST(Unit, SpellingsOfInstruments) {
  for (const char* micrometre : {"um", " um ", "\xC2\xB5m", "\xCE\xBCm", "\xB5m", "micron", "microns", "micrometres"}) {
    EXPECT_EQ(converted(1, micrometre, "um"), 1.0) << micrometre;
  }
  EXPECT_EQ(converted(1, "degrees", "deg"), 1.0);
  EXPECT_EQ(converted(5, "Hz", "1/s"), 5.0);
  EXPECT_EQ(converted(1, "ms", "s"), 0.001) << "ms is no plural of m";
}

TEST(Unit, WhatIsUnknownIsNotGuessed) {
  for (const char* word : {"", "furlong", "(kg m^2) / s^2", "UM", "s s", "a.u."}) {
    EXPECT_FALSE(find_unit(word)) << word;
  }
  EXPECT_FALSE(converted(1, "mm", "s"));
  EXPECT_FALSE(converted(1.7e308, "km", "nm")) << "does not fit";
  EXPECT_FALSE(converted(std::nan(""), "mm", "um"));
}

std::vector<std::string> units_of(Dimension dimension) {
  std::vector<std::string> symbols;
  for (const char* symbol : {"m",   "km",  "cm", "mm", "um", "nm", "pm", "s",   "ms",   "us",  "ns",  "eV",
                             "keV", "MeV", "A",  "mA", "uA", "1",  "%",  "deg", "mdeg", "rad", "mrad"}) {
    if (find_unit(symbol)->dimension == dimension) symbols.emplace_back(symbol);
  }
  return symbols;
}

/// A number that people and programs write: at most 15 digits.
rc::Gen<double> decimal_number() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange<std::int64_t>(-999'999'999'999'999, 999'999'999'999'999),
                                    rc::gen::inRange(-30, 20)),
                      [](const std::pair<std::int64_t, int>& parts) {
                        return std::stod(std::to_string(parts.first) + "e" + std::to_string(parts.second));
                      });
}

RC_GTEST_PROP(UnitProperty, DecimalUnitsThereAndBackGiveTheSameNumber, ()) {
  const auto dimension = *rc::gen::element(Dimension::kLength, Dimension::kTime, Dimension::kEnergy,
                                           Dimension::kCurrent, Dimension::kRatio);
  const auto symbols = units_of(dimension);
  const Unit from = *find_unit(*rc::gen::elementOf(symbols));
  const Unit to = *find_unit(*rc::gen::elementOf(symbols));
  const double value = *decimal_number();
  const auto there = convert(value, from, to);
  RC_ASSERT(there.has_value());
  RC_ASSERT(convert(*there, to, from) == value);
}

RC_GTEST_PROP(UnitProperty, AnyDoubleComesBackWithinTwoSteps, ()) {
  const auto dimension = *rc::gen::element(Dimension::kLength, Dimension::kAngle);
  const auto symbols = units_of(dimension);
  const Unit from = *find_unit(*rc::gen::elementOf(symbols));
  const Unit to = *find_unit(*rc::gen::elementOf(symbols));
  const double value = *rc::gen::map(rc::gen::arbitrary<double>(), [](double v) { return std::fmod(v, 1e30); });
  RC_PRE(value == 0 || std::abs(value) > 1e-200);
  const auto there = convert(value, from, to);
  RC_ASSERT(there.has_value());
  const double back = convert(*there, to, from).value();
  RC_ASSERT(std::abs(back - value) <= 4e-16 * std::abs(value) * 2);
}

RC_GTEST_PROP(UnitProperty, ConvertingInStepsIsConvertingAtOnce, ()) {
  const auto symbols = units_of(Dimension::kLength);
  const Unit a = *find_unit(*rc::gen::elementOf(symbols));
  const Unit b = *find_unit(*rc::gen::elementOf(symbols));
  const Unit c = *find_unit(*rc::gen::elementOf(symbols));
  const double value = *decimal_number();
  RC_ASSERT(convert(*convert(value, a, b), b, c) == convert(value, a, c));
}

}  // namespace
}  // namespace beamport::metadata
