// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/image_windows.h"

#include <limits>

#include <gtest/gtest.h>

#include "beamport/render/test_image.h"
#include "beamport/render/value_window.h"

namespace beamport::render {
namespace {

JsonObject omero(double min, double max, double start, double end) {
  const JsonObject window{{"min", min}, {"max", max}, {"start", start}, {"end", end}};
  return {{"channels", JsonArray{JsonObject{{"color", "FFFFFF"}, {"active", true}, {"window", window}}}}};
}

void expect_valid(const ImageWindows& windows) {
  for (const ValueWindow& window : {windows.range, windows.display, windows.preview}) {
    EXPECT_TRUE(check_window(window)) << window.low << " " << window.high;
  }
}

TEST(ImageWindows, TakesWhatTheFileSays) {
  const TestImage truth({.type = DataType::kFloat32, .omero = omero(-10, 10, 0, 4)});
  const ImageWindows windows = truth.serve()->windows();
  EXPECT_EQ(windows.range.low, -10);
  EXPECT_EQ(windows.range.high, 10);
  EXPECT_EQ(windows.display.low, 0);
  EXPECT_EQ(windows.display.high, 4);
  EXPECT_EQ(windows.preview.low, -2);
  EXPECT_EQ(windows.preview.high, 6);
}

TEST(ImageWindows, PreviewStaysInsideTheRangeAndUint8KeepsEveryValue) {
  const TestImage narrow({.type = DataType::kFloat32, .omero = omero(-1, 5, 0, 4)});
  EXPECT_EQ(narrow.serve()->windows().preview.low, -1);
  EXPECT_EQ(narrow.serve()->windows().preview.high, 5);
  const TestImage bytes({.type = DataType::kUint8, .omero = omero(0, 255, 100, 110)});
  EXPECT_EQ(bytes.serve()->windows().preview.low, 0);
  EXPECT_EQ(bytes.serve()->windows().preview.high, 255);
}

TEST(ImageWindows, SamplesTheCoarsestLevelWhereNothingIsSaid) {
  // 1 % outliers at each end; level 0 must not be looked at.
  const TestImage truth({.type = DataType::kFloat32, .value = [](std::size_t level, Point p) {
                           if (level != 2) return 1e9;
                           return p.x == 0 && p.y == 0 ? 500.0 : static_cast<double>(p.x % 10);
                         }});
  const ImageWindows windows = truth.serve()->windows();
  EXPECT_EQ(windows.range.low, 0);
  EXPECT_EQ(windows.range.high, 500);
  EXPECT_EQ(windows.display.low, 0);
  EXPECT_GE(windows.display.high, 9);
  EXPECT_LE(windows.display.high, 500);
  expect_valid(windows);
}

TEST(ImageWindows, AreNeverEmpty) {
  for (const double value : {0.0, 5.0, -1e30, std::numeric_limits<double>::quiet_NaN()}) {
    const TestImage truth({.type = DataType::kFloat32, .value = [value](std::size_t, Point) { return value; }});
    expect_valid(truth.serve()->windows());
  }
  const TestImage extreme({.type = DataType::kFloat64, .value = [](std::size_t, Point p) {
                             return p.x % 2 == 0 ? std::numeric_limits<double>::max()
                                                 : std::numeric_limits<double>::lowest();
                           }});
  expect_valid(extreme.serve()->windows());
  const TestImage huge({.type = DataType::kFloat64, .value = [](std::size_t, Point) { return 1e300; }});
  expect_valid(huge.serve()->windows());
}

TEST(ImageWindows, ADamagedChunkIsLeftOutOfTheSample) {
  TestImage truth({.type = DataType::kFloat32, .extent = {32, 32, 96}, .levels = 1, .value = [](std::size_t, Point p) {
                     const std::int64_t chunk = p.x / 32;
                     return static_cast<double>(chunk);
                   }});
  truth.damage(0, {0, 0, 2});
  const auto image = truth.try_serve();
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ((*image)->windows().range.high, 1);
}

TEST(ImageWindows, NothingButDamageIsAnError) {
  TestImage truth({.extent = {32, 32, 64}, .levels = 1});
  truth.damage(0, {0, 0, 0});
  truth.damage(0, {0, 0, 1});
  const auto image = truth.try_serve();
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace beamport::render
