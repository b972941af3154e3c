// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/frame_source.h"

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/image/tiff_samples.h"
#include "beamport/image/tiff_tag.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StackTest : public testing::Test {
 protected:
  // One file per z, named with the format's number.
  void write_slices(const SampleVolume& volume, int first_number = 1, std::string_view format = "slice_{:03}.tif",
                    const SampleLayout& layout = {}) {
    const Extent extent = volume.view().extent;
    for (std::int64_t z = 0; z < extent.z; ++z) {
      const std::string name = fmt::format(fmt::runtime(format), first_number + z);
      write_sample(folder() / name, volume.view().part(Box::at({z, 0, 0}, {1, extent.y, extent.x})), layout);
    }
  }

  const std::filesystem::path& folder() const { return directory_.path(); }
  std::string file(std::string_view name) const { return (folder() / name).string(); }

  static std::unique_ptr<FrameSource> opened(const std::string& path, const StackOptions& options = {}) {
    auto stack = open_stack(path, options);
    EXPECT_TRUE(stack) << stack.error().message;
    return stack ? std::move(*stack) : nullptr;
  }

  static Error refusal(const std::string& path, const StackOptions& options = {}) {
    const auto stack = open_stack(path, options);
    EXPECT_FALSE(stack);
    return stack ? Error{} : stack.error();
  }

  static void expect_volume(const FrameSource& stack, VolumeView expected) {
    ASSERT_EQ(stack.extent(), expected.extent);
    ASSERT_EQ(stack.type(), expected.type);
    for (std::int64_t z = 0; z < expected.extent.z; ++z) {
      SampleVolume frame({1, expected.extent.y, expected.extent.x}, expected.type, 99);
      const auto result = stack.read_rows(z, 0, frame.view());
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_TRUE(same_voxels(frame.view(), expected.part(Box::at({z, 0, 0}, frame.view().extent)))) << z;
    }
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
};

TEST_F(StackTest, ReadsADirectoryInTheOrderOfTheNumbers) {
  const SampleVolume volume({12, 9, 7}, DataType::kUint16);
  write_slices(volume, 5, "slice_{}.tif");
  const auto stack = opened(folder().string());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  EXPECT_EQ(stack->frame_name(0), "slice_5.tif");
  EXPECT_EQ(stack->frame_name(11), "slice_16.tif");
  EXPECT_FALSE(stack->prefers_whole_frames());
  EXPECT_EQ(stack->voxel_size_um(), std::nullopt);
  EXPECT_THAT(stack->notes(), IsEmpty());
}

TEST_F(StackTest, ReadsAGlob) {
  const SampleVolume volume({3, 4, 5}, DataType::kFloat32);
  write_slices(volume);
  write_slices(SampleVolume({2, 6, 6}, DataType::kUint8), 1, "dark_{}.tif");
  write_bytes(folder() / "slice_notes.txt", as_byte_view("x"));
  const auto stack = opened(file("slice_*"));
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  EXPECT_THAT(stack->notes(), ElementsAre(HasSubstr("ignored 1 file that is not TIFF: slice_notes.txt")));
  EXPECT_THAT(refusal(folder().string()).message,
              AllOf(HasSubstr("3 like slice_001.tif"), HasSubstr(folder().string())));
  EXPECT_EQ(refusal((folder() / "*" / "slice.tif").string()).code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refusal(file("none_*.tif")).message, HasSubstr("no TIFF files (.tif, .tiff) fit"));
}

TEST_F(StackTest, MoreFilesThanStayOpenAreReadTwice) {
  const SampleVolume volume({130, 2, 3}, DataType::kUint8);
  write_slices(volume);
  const auto stack = opened(folder().string());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  expect_volume(*stack, volume.view());
}

TEST_F(StackTest, ReadsPagesOfOneFile) {
  const SampleVolume volume({5, 8, 6}, DataType::kInt16);
  SampleLayout layout;
  layout.big = true;
  layout.order = std::endian::big;
  layout.compression = 8;
  layout.pixels_per_cm = 20'000;
  write_sample(folder() / "volume.tif", volume.view(), layout);
  for (const std::string& path : {file("volume.tif"), folder().string(), file("vol*")}) {
    const auto stack = opened(path);
    ASSERT_NE(stack, nullptr);
    expect_volume(*stack, volume.view());
    EXPECT_EQ(stack->frame_name(2), "volume.tif page 3 of 5");
    EXPECT_TRUE(stack->prefers_whole_frames());
    EXPECT_NEAR(stack->voxel_size_um().value()[1], 0.5, 1e-6);
  }
}

TEST_F(StackTest, ReadsImagejHyperstacks) {
  const SampleVolume volume({4, 5, 6}, DataType::kUint16);
  SampleLayout layout;
  layout.description = "ImageJ=1.53t\nimages=4\nslices=4\nhyperstack=true\nunit=micron\nspacing=2.0\n";
  layout.pixels_per_cm = 4;  // pixels per micron, in ImageJ's way of using the tag
  write_sample(folder() / "stack.tif", volume.view(), layout);
  const auto stack = opened(file("stack.tif"));
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  EXPECT_THAT(stack->voxel_size_um().value(), testing::Pointwise(testing::DoubleNear(1e-9), {2.0, 0.25, 0.25}));

  layout.description = "ImageJ=1.53t\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n";
  write_sample(folder() / "stack.tif", volume.view(), layout);
  EXPECT_THAT(refusal(file("stack.tif")).message, AllOf(HasSubstr("stack.tif: "), HasSubstr("2 channels")));

  layout.description = "ImageJ=1.53t\nimages=9\nslices=9\n";
  write_sample(folder() / "stack.tif", volume.view(), layout);
  EXPECT_THAT(refusal(file("stack.tif")).message, HasSubstr("announces 9 images, the file has 4 pages"));
}

TEST_F(StackTest, ReadsImagejFilesWithOneDirectoryForAllImages) {
  const SampleVolume volume({5, 3, 4}, DataType::kUint16);
  HandmadeTiff tiff(std::endian::big);
  const std::string_view text = "ImageJ=1.53t\nimages=5\nslices=5\n";
  const std::uint64_t description = tiff.append(as_byte_view(text));
  const std::uint64_t end_of_directory = tiff.bytes().size() + 2 + std::size_t{10} * 12 + 4;
  auto fields = with(grey_fields(4, 3, end_of_directory), {tiff::kBitsPerSample, tiff::kShort, 1, 16});
  fields = with(fields, {tiff::kStripByteCounts, tiff::kLong, 1, 24});
  fields = with(fields, {tiff::kImageDescription, tiff::kAscii, text.size(), description});
  tiff.append_directory(fields);
  for (std::int64_t z = 0; z < 5; ++z) {
    for (std::int64_t y = 0; y < 3; ++y) {
      const auto* row = volume.view().row_as<std::uint16_t>(z, y);
      for (int x = 0; x < 4; ++x) {
        const std::uint16_t swapped = swap_bytes(row[x]);
        tiff.append(std::as_bytes(std::span(&swapped, 1)));
      }
    }
  }
  write_bytes(folder() / "huge.tif", tiff.bytes());
  const auto stack = opened(file("huge.tif"));
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  EXPECT_EQ(stack->frame_name(4), "huge.tif page 5 of 5");

  Bytes cut = tiff.bytes();
  cut.pop_back();
  write_bytes(folder() / "huge.tif", cut);
  EXPECT_THAT(refusal(file("huge.tif")).message, HasSubstr("announces 5 images, the file holds the pixels of 4"));
}

TEST_F(StackTest, RefusesOtherKindsOfManyImages) {
  const SampleVolume volume({2, 5, 6}, DataType::kUint16);
  SampleLayout layout;
  layout.description = R"(<?xml?><OME><Image><Pixels SizeC="2" SizeT="1" SizeZ="1"></Pixels></Image></OME>)";
  write_sample(folder() / "a.tif", volume.view(), layout);
  EXPECT_THAT(refusal(file("a.tif")).message, HasSubstr("OME-TIFF with 2 channels"));
  layout.description = R"({"shape": [2, 5, 6], "truncated": true})";
  write_sample(folder() / "a.tif", volume.view().part(Box::at({}, {1, 5, 6})), layout);
  EXPECT_THAT(refusal(file("a.tif")).message, HasSubstr("truncate=True"));
}

TEST_F(StackTest, RefusesMixedShapesAndNamesTheFirst) {
  write_slices(SampleVolume({6, 4, 5}, DataType::kUint16));
  write_sample(file("slice_003.tif"), SampleVolume({1, 4, 6}, DataType::kUint16).view());
  write_sample(file("slice_005.tif"), SampleVolume({1, 9, 9}, DataType::kUint8).view());
  const Error error = refusal(folder().string());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(HasSubstr("slice_003.tif is 6 wide, 4 high, uint16"),
                                   HasSubstr("slice_001.tif is 5 wide, 4 high, uint16")));
  write_sample(file("slice_003.tif"), SampleVolume({1, 4, 5}, DataType::kInt16).view());
  EXPECT_THAT(refusal(folder().string()).message, HasSubstr("slice_003.tif is 5 wide, 4 high, int16"));
}

TEST_F(StackTest, RefusesMixedPages) {
  HandmadeTiff tiff;
  const std::uint64_t pixels = tiff.append(Bytes(100));
  tiff.append_directory(grey_fields(4, 4, pixels));
  tiff.append_directory(grey_fields(4, 4, pixels));
  tiff.append_directory(grey_fields(4, 5, pixels));
  write_bytes(folder() / "mixed.tif", tiff.bytes());
  EXPECT_THAT(refusal(file("mixed.tif")).message,
              HasSubstr("page 3 is 4 wide, 5 high, uint8, but page 1 is 4 wide, 4 high, uint8"));
}

TEST_F(StackTest, RefusesMultiPageFilesAmongSlices) {
  write_slices(SampleVolume({3, 4, 5}, DataType::kUint16));
  write_sample(file("slice_002.tif"), SampleVolume({7, 4, 5}, DataType::kUint16).view());
  EXPECT_THAT(refusal(folder().string()).message,
              HasSubstr("slice_002.tif has 7 pages among files that are one slice"));
}

TEST_F(StackTest, RefusesDamagedSlicesBeforeReadingAnything) {
  write_slices(SampleVolume({4, 40, 50}, DataType::kUint16));
  const Bytes good = read_bytes(file("slice_003.tif"));
  write_bytes(file("slice_003.tif"), ByteView(good).first(1000));
  EXPECT_THAT(refusal(folder().string()).message, AllOf(HasSubstr("slice_003.tif"), HasSubstr("cut off")));
  write_bytes(file("slice_003.tif"), as_byte_view("\x89PNG\r\n\x1a\n0000000000"));
  EXPECT_THAT(refusal(folder().string()).message, AllOf(HasSubstr("slice_003.tif"), HasSubstr("not a TIFF file")));
  write_bytes(file("slice_003.tif"), {});
  EXPECT_THAT(refusal(folder().string()).message, AllOf(HasSubstr("slice_003.tif"), HasSubstr("empty")));
  write_bytes(file("slice_003.tif"), HandmadeTiff().bytes());
  EXPECT_THAT(refusal(folder().string()).message, AllOf(HasSubstr("slice_003.tif"), HasSubstr("without any page")));
}

TEST_F(StackTest, RefusesGapsUnlessToldToCloseThem) {
  const SampleVolume volume({3, 4, 5}, DataType::kUint16);
  write_slices(volume);
  std::filesystem::rename(folder() / "slice_003.tif", folder() / "slice_007.tif");
  EXPECT_THAT(refusal(folder().string()).message, AllOf(HasSubstr("3-6"), HasSubstr("--gaps close")));
  const auto stack = opened(folder().string(), {.gaps = GapPolicy::kClose});
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack, volume.view());
  EXPECT_THAT(stack->notes(), ElementsAre(HasSubstr("4 numbers are missing")));
}

TEST_F(StackTest, RefusesNothingAndTooMuch) {
  EXPECT_THAT(refusal(folder().string()).message, HasSubstr("no TIFF files (.tif, .tiff) in"));
  write_bytes(folder() / "readme.txt", as_byte_view("x"));
  EXPECT_THAT(refusal(folder().string()).message, HasSubstr("ignored 1 file that is not TIFF: readme.txt"));
  EXPECT_EQ(refusal(file("absent.tif")).code, ErrorCode::kNotFound);
  write_slices(SampleVolume({3, 2, 2}, DataType::kUint8));
  EXPECT_EQ(refusal(folder().string(), {.max_frames = 2}).code, ErrorCode::kOutOfRange);
  write_sample(file("pages.tif"), SampleVolume({3, 2, 2}, DataType::kUint8).view());
  EXPECT_EQ(refusal(file("pages.tif"), {.max_frames = 2}).code, ErrorCode::kOutOfRange);
}

TEST_F(StackTest, SaysWhenPermissionIsMissing) {
  write_slices(SampleVolume({3, 2, 2}, DataType::kUint8));
  ASSERT_EQ(::chmod(folder().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(file("slice_002.tif").c_str(), 0), 0);
  const bool is_root = ::geteuid() == 0;
  constexpr uid_t kNobody = 65534;
  if (is_root) ASSERT_EQ(::seteuid(kNobody), 0);
  const Error error = refusal(folder().string());
  if (is_root) ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(error.code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(error.message, HasSubstr("slice_002.tif"));
}

TEST_F(StackTest, NoticesAFileThatChangedAfterTheCheck) {
  write_slices(SampleVolume({3, 4, 5}, DataType::kUint16));
  const auto stack = opened(folder().string());
  ASSERT_NE(stack, nullptr);
  write_sample(file("slice_002.tif"), SampleVolume({1, 4, 6}, DataType::kUint16).view());
  SampleVolume frame({1, 4, 5}, DataType::kUint16);
  const auto changed = stack->read_rows(1, 0, frame.view());
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error().message, AllOf(HasSubstr("slice_002.tif changed"), HasSubstr("6 wide")));
  std::filesystem::remove(folder() / "slice_003.tif");
  EXPECT_EQ(stack->read_rows(2, 0, frame.view()).error().code, ErrorCode::kNotFound);
}

TEST_F(StackTest, ThreadsReadDifferentFramesAtOnce) {
  const SampleVolume volume({90, 6, 5}, DataType::kUint16);
  SampleLayout layout;
  layout.compression = 5;
  write_slices(volume, 1, "slice_{:03}.tif", layout);
  const auto stack = opened(folder().string());
  ASSERT_NE(stack, nullptr);
  std::jthread other([&] { expect_volume(*stack, volume.view()); });
  expect_volume(*stack, volume.view());
}

}  // namespace
}  // namespace beamport::image
