// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/frame_number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Names = std::vector<std::string>;

Names ordered(const Names& names, GapPolicy gaps = GapPolicy::kRefuse) {
  const auto order = order_by_number(names, gaps);
  EXPECT_TRUE(order) << order.error().message;
  Names sorted;
  if (order) {
    for (const std::size_t i : order->indices) sorted.push_back(names[i]);
  }
  return sorted;
}

std::string refusal(const Names& names) {
  const auto order = order_by_number(names, GapPolicy::kRefuse);
  if (order) return "accepted";
  EXPECT_EQ(order.error().code, ErrorCode::kFailedPrecondition);
  return order.error().message;
}

TEST(FrameNumber, OrdersByNumberNotByAlphabet) {
  EXPECT_THAT(ordered({"slice_10.tif", "slice_11.tif", "slice_8.tif", "slice_9.tif"}),
              ElementsAre("slice_8.tif", "slice_9.tif", "slice_10.tif", "slice_11.tif"));
}

TEST(FrameNumber, TakesPaddedNumbersThatOutgrowTheirWidth) {
  EXPECT_THAT(ordered({"s1000.tif", "s0999.tif", "s0998.tif"}), ElementsAre("s0998.tif", "s0999.tif", "s1000.tif"));
  EXPECT_THAT(ordered({"s10.tif", "s09.tif", "s08.tif"}), ElementsAre("s08.tif", "s09.tif", "s10.tif"));
  EXPECT_THAT(ordered({"0.tif", "1.tif"}), ElementsAre("0.tif", "1.tif"));
}

TEST(FrameNumber, FindsTheRunThatVaries) {
  EXPECT_THAT(ordered({"scan12_0.65um_002_v3.tif", "scan12_0.65um_001_v3.tif"}),
              ElementsAre("scan12_0.65um_001_v3.tif", "scan12_0.65um_002_v3.tif"));
}

TEST(FrameNumber, AcceptsSecondNumbersThatTellTheSameOrder) {
  EXPECT_THAT(ordered({"t500_z2.tif", "t400_z1.tif", "t650_z3.tif"}),
              ElementsAre("t400_z1.tif", "t500_z2.tif", "t650_z3.tif"));
  EXPECT_THAT(ordered({"part1_01.tif", "part2_03.tif", "part1_02.tif"}),
              ElementsAre("part1_01.tif", "part1_02.tif", "part2_03.tif"));
}

TEST(FrameNumber, RefusesNumbersThatDisagree) {
  EXPECT_THAT(refusal({"run1_01.tif", "run1_02.tif", "run2_01.tif", "run2_02.tif"}),
              AllOf(HasSubstr("2 numbers in the file names vary"), HasSubstr("run1_01.tif")));
  EXPECT_THAT(refusal({"z0.65.tif", "z1.30.tif", "z1.95.tif"}), HasSubstr("disagree about the order"));
}

TEST(FrameNumber, OneFileNeedsNoNumber) {
  EXPECT_THAT(ordered({"volume.tif"}), ElementsAre("volume.tif"));
}

TEST(FrameNumber, RefusesNamesWithoutANumber) {
  EXPECT_THAT(refusal({"a.tif", "b.tif"}), AllOf(HasSubstr("a.tif has no number"), HasSubstr("2 files")));
  EXPECT_THAT(refusal({"slice_1.tif", "slice_2.tif", "white.tif"}), HasSubstr("white.tif has no number"));
}

TEST(FrameNumber, RefusesDifferentPatternsAndNamesThem) {
  EXPECT_THAT(refusal({"dark_1.tif", "proj_1.tif", "proj_2.tif"}),
              AllOf(HasSubstr("2 like proj_1.tif, 1 like dark_1.tif"), HasSubstr("choose one")));
  EXPECT_THAT(refusal({"slice1.tif", "slice1_2.tif"}), HasSubstr("2 different patterns"));
}

TEST(FrameNumber, RefusesDuplicates) {
  EXPECT_THAT(refusal({"slice_01.tif", "slice_1.tif"}), HasSubstr("slice_01.tif and slice_1.tif have the same number"));
  EXPECT_THAT(refusal({"slice_01.tif", "slice_1.tif", "slice_2.tif"}),
              HasSubstr("slice_01.tif and slice_1.tif have the same number 1"));
  EXPECT_THAT(refusal({"s1.tif", "s1.tiff", "s2.tif"}), HasSubstr("s1.tif and s1.tiff have the same number 1"));
}

TEST(FrameNumber, RefusesMixedNumberWidths) {
  EXPECT_THAT(refusal({"slice_009.tif", "slice_10.tif"}),
              AllOf(HasSubstr("mixed number widths"), HasSubstr("slice_009.tif and slice_10.tif")));
  EXPECT_THAT(refusal({"slice_09.tif", "slice_010.tif"}), HasSubstr("slice_09.tif and slice_010.tif"));
  EXPECT_THAT(refusal({"slice_1.tif", "slice_02.tif"}), HasSubstr("slice_02.tif and slice_1.tif"));
}

TEST(FrameNumber, RefusesGapsAndListsThem) {
  EXPECT_THAT(refusal({"s1.tif", "s2.tif", "s4.tif"}),
              HasSubstr("1 number is missing in the numbering from s1.tif to s4.tif: 3. Add"));
  EXPECT_THAT(refusal({"n440.tif", "n450.tif", "n460.tif"}),
              AllOf(HasSubstr("18 numbers are missing"), HasSubstr("441-449, 451-459"), HasSubstr("in steps of 10")));
}

TEST(FrameNumber, ClosesGapsWhenToldAndNotesIt) {
  const auto order = order_by_number(Names{"s5.tif", "s1.tif", "s2.tif"}, GapPolicy::kClose);
  ASSERT_TRUE(order);
  EXPECT_THAT(order->indices, ElementsAre(1, 2, 0));
  EXPECT_THAT(order->notes,
              ElementsAre(HasSubstr("2 numbers are missing in the numbering from s1.tif to s5.tif: 3-4")));
}

TEST(FrameNumber, NotesNothingWithoutGaps) {
  EXPECT_THAT(order_by_number(Names{"s7.tif", "s8.tif"}, GapPolicy::kRefuse)->notes, IsEmpty());
}

TEST(FrameNumber, RefusesNumbersBeyondSixtyFourBits) {
  EXPECT_THAT(refusal({"s1.tif", "s12345678901234567890.tif"}), HasSubstr("more than 18 digits"));
  // A constant run may be as long as it likes.
  EXPECT_THAT(ordered({"12345678901234567890_2.tif", "12345678901234567890_1.tif"}),
              ElementsAre("12345678901234567890_1.tif", "12345678901234567890_2.tif"));
}

TEST(MissingRanges, StaysShort) {
  const std::vector<std::uint64_t> odd = {1, 3, 5, 7, 10};
  EXPECT_EQ(missing_ranges(odd, 10), "2, 4, 6, 8-9");
  EXPECT_EQ(missing_ranges(odd, 2), "2, 4 and 2 more ranges");
  EXPECT_EQ(missing_ranges(odd, 3), "2, 4, 6 and 1 more range");
}

}  // namespace
}  // namespace beamport::image
