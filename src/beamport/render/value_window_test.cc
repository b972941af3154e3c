// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/value_window.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace beamport::render {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ValueWindow, ReadsTwoNumbers) {
  const auto window = parse_window("-0.5,1e3");
  ASSERT_TRUE(window);
  EXPECT_EQ(window->low, -0.5);
  EXPECT_EQ(window->high, 1000);
}

TEST(ValueWindow, RefusesTextThatIsNotTwoNumbers) {
  for (const std::string text : {"", ",", "1", "1,", ",1", "1,2,3", "1 ,2", "a,b", "1,2x", "0x1,0x2", "+1,2"}) {
    const auto window = parse_window(text);
    ASSERT_FALSE(window) << text;
    EXPECT_EQ(window.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(parse_window(std::string(200, '0') + ",1"));
}

TEST(ValueWindow, RefusesWindowsThatCannotBeDrawnWith) {
  for (const char* text : {"1,1", "2,1", "nan,1", "0,nan", "0,inf", "-inf,0", "-1e308,1e308", "0,1e999"}) {
    EXPECT_FALSE(parse_window(text)) << text;
  }
  EXPECT_FALSE(check_window({kNan, 1}));
  EXPECT_FALSE(check_window({0, kInfinity}));
  EXPECT_TRUE(check_window({0, std::numeric_limits<double>::denorm_min()}));
}

}  // namespace
}  // namespace beamport::render
