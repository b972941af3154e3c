// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/datum.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

TEST(Datum, TakesATypeWhereItSaysTheSame) {
  EXPECT_EQ(as_type(Datum("18.0"), FieldType::kNumber), Datum(18.0));
  EXPECT_EQ(as_type(Datum(" +1200 "), FieldType::kInteger), Datum(1200.0));
  EXPECT_EQ(as_type(Datum(11012345.0), FieldType::kText), Datum("11012345"));
  EXPECT_EQ(as_type(Datum("ON"), FieldType::kFlag), Datum(true));
  EXPECT_EQ(as_type(Datum(0.0), FieldType::kFlag), Datum(false));
  EXPECT_EQ(as_type(Datum("2026-03-14"), FieldType::kTime), Datum(Moment{"2026-03-14"}));
  EXPECT_EQ(as_type(Datum(67.0), FieldType::kNumbers), Datum(Numbers{67}));
  EXPECT_EQ(as_type(Datum("p14"), FieldType::kTexts), Datum(Texts{"p14"}));
  EXPECT_EQ(as_type(Datum(Texts{"1", "2.5"}), FieldType::kNumbers), Datum(Numbers{1, 2.5}));
  EXPECT_EQ(as_type(Datum(Numbers{3}), FieldType::kNumber), Datum(3.0));
}

TEST(Datum, RefusesWhatItDoesNotSay) {
  EXPECT_FALSE(as_type(Datum("Polychromatic radiation"), FieldType::kNumber));
  EXPECT_FALSE(as_type(Datum("12 um"), FieldType::kNumber));
  EXPECT_FALSE(as_type(Datum("inf"), FieldType::kNumber));
  EXPECT_FALSE(as_type(Datum("+-1"), FieldType::kNumber));
  EXPECT_FALSE(as_type(Datum(0.5), FieldType::kInteger));
  EXPECT_FALSE(as_type(Datum(2.0), FieldType::kFlag));
  EXPECT_FALSE(as_type(Datum("soon"), FieldType::kTime));
  EXPECT_FALSE(as_type(Datum(Numbers{1, 2}), FieldType::kNumber));
  EXPECT_FALSE(as_type(Datum(Numbers{1, 2}), FieldType::kText));
}

TEST(Datum, NumbersOfFloatsAreTheSame) {
  EXPECT_TRUE(says_the_same(Datum(0.65), Datum(0.6499999761581421)));
  EXPECT_FALSE(says_the_same(Datum(0.65), Datum(0.650001)));
  EXPECT_FALSE(says_the_same(Datum(16257311251.0), Datum(16257311252.0)));
  EXPECT_FALSE(says_the_same(Datum(1e-60), Datum(0.0)));
  EXPECT_FALSE(says_the_same(Datum("1"), Datum(1.0)));
  EXPECT_TRUE(says_the_same(Datum(Numbers{67, 0.65}), Datum(Numbers{67, 0.6499999761581421})));
  EXPECT_FALSE(says_the_same(Datum(Numbers{67}), Datum(Numbers{67, 76})));
}

RC_GTEST_PROP(DatumProperty, ANumberSurvivesItsText, (double number)) {
  RC_PRE(std::isfinite(number));
  RC_ASSERT(parse_number(number_text(number)) == number);
  RC_ASSERT(as_type(Datum(number_text(number)), FieldType::kNumber) == Datum(number));
}

}  // namespace
}  // namespace beamport::metadata
