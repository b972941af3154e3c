// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Names = std::vector<std::string>;

LandingNames learnt(const std::string& first, const Names& present, std::int64_t frames,
                    std::optional<std::int64_t> first_number = {}) {
  auto names = LandingNames::learn(first, present, first_number, frames);
  EXPECT_TRUE(names) << names.error().message;
  EXPECT_TRUE(names->has_value());
  return std::move(**names);
}

Error refusal(const LandingNames& names, std::string_view name) {
  const auto frame = names.frame_of(name);
  EXPECT_FALSE(frame) << *frame;
  return frame ? Error{} : frame.error();
}

TEST(LandingNames, KnowsNamesThatArePutAsideUntilTheyAreRenamed) {
  EXPECT_TRUE(LandingNames::is_slice_name("slice_001.tif"));
  EXPECT_TRUE(LandingNames::is_slice_name("S1.TIFF"));
  for (const char* name :
       {".slice_001.tif", "slice_001.tif.part", "slice_001.tif.tmp", "slice_001.tmp.tif", "slice_001.PART.tif",
        "slice_001~.tif", "slice_001.png", "slice_001", ".slice_001.tif.x7Yz"}) {
    EXPECT_FALSE(LandingNames::is_slice_name(name)) << name;
  }
}

TEST(LandingNames, CountsFromTheLowestNumberPresentOrFromTheOneGiven) {
  const LandingNames names = learnt("s_0012.tif", {"s_0012.tif", "s_0010.tif", "s_0011.tif"}, 5);
  EXPECT_EQ(names.frame_of("s_0010.tif"), 0);
  EXPECT_EQ(names.frame_of("s_0014.TIFF"), 4);
  EXPECT_EQ(names.name_of(3), "s_0013.tif");
  EXPECT_EQ(refusal(names, "s_0015.tif").code, ErrorCode::kOutOfRange);
  EXPECT_THAT(refusal(names, "s_0009.tif").message,
              AllOf(HasSubstr("s_0009.tif has the number 9"), HasSubstr("5 slices from number 10"),
                    HasSubstr("say which number comes first")));
  EXPECT_EQ(learnt("s_0012.tif", {"s_0012.tif"}, 5, 9).frame_of("s_0012.tif"), 3);
  EXPECT_EQ(LandingNames::learn("s_0012.tif", {}, 0, 5).error().code, ErrorCode::kOutOfRange);
}

TEST(LandingNames, RefusesOtherNames) {
  const LandingNames names = learnt("s_0012.tif", {}, 5);
  EXPECT_THAT(refusal(names, "flat_0013.tif").message, HasSubstr("flat_0013.tif is not named like s_0012.tif"));
  EXPECT_THAT(refusal(names, "s_0012_1.tif").message, HasSubstr("not named like"));
  EXPECT_THAT(refusal(names, "s.tif").message, HasSubstr("not named like"));
  EXPECT_THAT(refusal(names, "s_9999999999999999999.tif").message, HasSubstr("too many digits"));
}

TEST(LandingNames, RefusesMixedPadding) {
  const LandingNames padded = learnt("s_098.tif", {}, 2000);
  EXPECT_EQ(padded.frame_of("s_1000.tif"), 902);
  EXPECT_THAT(refusal(padded, "s_99.tif").message, HasSubstr("mixed number widths"));
  EXPECT_THAT(refusal(padded, "s_0099.tif").message, HasSubstr("mixed number widths"));
  const LandingNames plain = learnt("s_98.tif", {}, 2000, 0);
  EXPECT_EQ(plain.frame_of("s_9.tif"), 9);
  EXPECT_EQ(plain.frame_of("s_09.tif"), 9);  // "%02d" writes both
  EXPECT_THAT(refusal(plain, "s_099.tif").message, HasSubstr("mixed number widths"));
  EXPECT_EQ(plain.name_of(7), "s_7.tif");
}

TEST(LandingNames, WaitsForASecondNameToSeeWhichNumberCounts) {
  const Names one{"scan12_001_v3.tif"};
  EXPECT_EQ(LandingNames::learn(one[0], one, {}, 9)->has_value(), false);
  const LandingNames names = learnt(one[0], {"scan12_004_v3.tif", one[0], "flat12_1_v3.tif"}, 9);
  EXPECT_EQ(names.frame_of("scan12_003_v3.tif"), 2);
  EXPECT_EQ(names.name_of(8), "scan12_009_v3.tif");
  EXPECT_THAT(refusal(names, "scan13_003_v3.tif").message, HasSubstr("scan13_003_v3.tif is not named like"));
}

TEST(LandingNames, LetsDatesVaryBesideTheNumber) {
  const LandingNames names = learnt("s_001_1712.tif", {"s_001_1712.tif", "s_002_1730.tif"}, 9);
  EXPECT_EQ(names.frame_of("s_005_1801.tif"), 4);
}

TEST(LandingNames, ASingleSliceNeedsNoNumber) {
  const LandingNames names = learnt("flat.tif", {}, 1);
  EXPECT_EQ(names.frame_of("flat.tif"), 0);
  EXPECT_EQ(names.name_of(0), "flat.tif");
  EXPECT_THAT(refusal(names, "dark.tif").message, HasSubstr("not named like"));
  EXPECT_EQ(learnt("scan12_001.tif", {}, 1).frame_of("scan12_001.tif"), 0);
  EXPECT_THAT(LandingNames::learn("flat.tif", {}, {}, 2).error().message, HasSubstr("flat.tif has no number"));
}

}  // namespace
}  // namespace beamport::image
