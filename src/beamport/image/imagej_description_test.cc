// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/imagej_description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::HasSubstr;

ImagejDescription parsed(std::string_view text) {
  const auto description = parse_imagej_description(text);
  EXPECT_TRUE(description && *description);
  return description && *description ? **description : ImagejDescription{};
}

TEST(ImagejDescription, ReadsItsKeys) {
  const auto description = parsed(
      "ImageJ=1.53t\nimages=60\nchannels=2\r\nslices=10\nframes=3\nhyperstack=true\nmode=composite\n"
      "unit=\\u00B5m\nspacing=1.5\nloop=false\nmin=-1.5\nmax=63426.0\n");
  EXPECT_EQ(description.images, 60);
  EXPECT_EQ(description.channels, 2);
  EXPECT_EQ(description.slices, 10);
  EXPECT_EQ(description.frames, 3);
  EXPECT_TRUE(description.hyperstack);
  EXPECT_EQ(description.mode, "composite");
  EXPECT_EQ(description.unit, "\\u00B5m");
  EXPECT_EQ(description.spacing, 1.5);
  EXPECT_EQ(description.min, -1.5);
  EXPECT_EQ(description.max, 63426.0);
}

TEST(ImagejDescription, IgnoresOtherTexts) {
  for (const std::string_view text : {"", "{\"shape\": [160, 160]}", "imagej=1", "a\nImageJ=1.53t"}) {
    const auto description = parse_imagej_description(text);
    ASSERT_TRUE(description);
    EXPECT_FALSE(*description);
  }
  EXPECT_EQ(parsed("ImageJ=").images, 1);
  EXPECT_EQ(parsed("ImageJ=\n\n===\nspacing=x\nnoise").spacing, std::nullopt);
}

TEST(ImagejDescription, RefusesAbsurdCounts) {
  for (const std::string_view count : {"0", "-3", "many", "1e9", "", "99999999999999999999", "5 6"}) {
    const auto description = parse_imagej_description("ImageJ=1\nimages=" + std::string(count));
    ASSERT_FALSE(description) << count;
    EXPECT_EQ(description.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(description.error().message, HasSubstr("images"));
  }
}

TEST(ImagejDescription, RefusesMoreThanOneVolume) {
  const auto channels = check_one_volume(parsed("ImageJ=1\nimages=20\nchannels=2\nslices=10"));
  ASSERT_FALSE(channels);
  EXPECT_EQ(channels.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(channels.error().message, AllOf(HasSubstr("2 channels and 10 slices"), HasSubstr("Split Channels")));
  const auto frames = check_one_volume(parsed("ImageJ=1\nimages=30\nframes=3\nslices=10"));
  ASSERT_FALSE(frames);
  EXPECT_THAT(frames.error().message, HasSubstr("3 time points (frames), 10 slices"));
  EXPECT_FALSE(check_one_volume(parsed("ImageJ=1\nimages=3\nchannels=3\nhyperstack=true")));
  EXPECT_FALSE(check_one_volume(parsed("ImageJ=1\nimages=135\nframes=135")));
}

TEST(ImagejDescription, TakesManyChannelsWithoutSlicesAsSlices) {
  const auto note =
      check_one_volume(parsed("ImageJ=1.11a\nimages=135\nchannels=135\nhyperstack=true\nmode=grayscale\n"));
  ASSERT_TRUE(note) << note.error().message;
  ASSERT_TRUE(*note);
  EXPECT_THAT(**note, HasSubstr("135 images channels; they are read as slices"));
  EXPECT_EQ(check_one_volume(parsed("ImageJ=1\nimages=9\nslices=9")).value(), std::nullopt);
}

TEST(ImagejDescription, KnowsUnits) {
  for (const std::string_view micron : {"um", "micron", "\\u00B5m", "\xB5m", "\xC2\xB5m", "micrometer"}) {
    EXPECT_EQ(micrometres_in(micron), 1.0) << micron;
  }
  EXPECT_EQ(micrometres_in("mm"), 1000.0);
  EXPECT_EQ(micrometres_in("nm"), 0.001);
  for (const std::string_view none : {"", "pixel", "inch", "furlong"}) EXPECT_EQ(micrometres_in(none), std::nullopt);
}

TEST(ImagejDescription, GivesTheVoxelSize) {
  const auto stack = parsed("ImageJ=1\nimages=5\nunit=mm\nspacing=0.002");
  EXPECT_THAT(voxel_size_um(stack, 1000, 2000).value(), testing::Pointwise(testing::DoubleNear(1e-9), {2.0, 0.5, 1.0}));
  const auto without_spacing = parsed("ImageJ=1\nimages=5\nunit=um");
  EXPECT_EQ(voxel_size_um(without_spacing, 2, 2).value()[0], 1.0);
  const auto single = parsed("ImageJ=1\nunit=um");
  EXPECT_EQ(voxel_size_um(single, 2, 2).value()[0], 0.5);
  EXPECT_FALSE(voxel_size_um(parsed("ImageJ=1\nunit=pixel"), 1, 1));
  EXPECT_FALSE(voxel_size_um(single, 0, 0));
  EXPECT_FALSE(voxel_size_um(parsed("ImageJ=1\nimages=2\nunit=um\nspacing=0"), 1, 1));
}

}  // namespace
}  // namespace beamport::image
