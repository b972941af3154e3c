// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_writer.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include "beamport/image/frame_source.h"
#include "beamport/image/tiff_samples.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

class TiffWriterTest : public testing::Test {
 protected:
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / "slice_0001.tif";
};

TEST_F(TiffWriterTest, OurReaderGetsEveryTypeBack) {
  for (const DataType type : {DataType::kUint8, DataType::kInt8, DataType::kUint16, DataType::kInt16, DataType::kUint32,
                              DataType::kInt64, DataType::kFloat32, DataType::kFloat64}) {
    const SampleVolume original({3, 11, 7}, type);
    const VolumeView slice = original.view().part(Box::at({1, 2, 1}, {1, 8, 5}));
    ASSERT_TRUE(write_tiff_slice(path_, slice, 0.65));
    const auto stack = open_stack(path_.string());
    ASSERT_TRUE(stack) << stack.error().message;
    EXPECT_EQ((*stack)->extent(), slice.extent);
    EXPECT_EQ((*stack)->type(), type);
    EXPECT_NEAR((*stack)->voxel_size_um().value()[2], 0.65, 1e-9);
    SampleVolume read(slice.extent, type, 2);
    ASSERT_TRUE((*stack)->read_rows(0, 0, read.view()));
    EXPECT_TRUE(same_voxels(read.view(), slice));
  }
}

TEST_F(TiffWriterTest, LibtiffAgrees) {
  const SampleVolume original({1, 20, 30}, DataType::kFloat32);
  ASSERT_TRUE(write_tiff_slice(path_, original.view(), 13.25));
  TIFF* tiff = TIFFOpen(path_.c_str(), "rc");
  ASSERT_NE(tiff, nullptr);
  float resolution = 0;
  std::uint16_t format = 0;
  std::uint16_t unit = 0;
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_SAMPLEFORMAT, &format), 1);
  EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_RESOLUTIONUNIT, &unit), 1);
  EXPECT_NEAR(resolution, 10'000 / 13.25, 1e-3);
  EXPECT_EQ(format, SAMPLEFORMAT_IEEEFP);
  EXPECT_EQ(unit, RESUNIT_CENTIMETER);
  SampleVolume read({1, 20, 30}, DataType::kFloat32, 2);
  EXPECT_EQ(TIFFReadEncodedStrip(tiff, 0, read.view().data, 20 * 30 * 4), 20 * 30 * 4);
  EXPECT_TRUE(same_voxels(read.view(), original.view()));
  TIFFClose(tiff);
}

TEST_F(TiffWriterTest, WithoutAVoxelSizeNoneIsRead) {
  ASSERT_TRUE(write_tiff_slice(path_, SampleVolume({1, 4, 4}, DataType::kUint8).view(), std::nullopt));
  EXPECT_EQ((*open_stack(path_.string()))->voxel_size_um(), std::nullopt);
}

TEST_F(TiffWriterTest, LeavesNothingButTheFile) {
  const SampleVolume slice({1, 4, 4}, DataType::kUint8);
  ASSERT_TRUE(write_tiff_slice(path_, slice.view(), 1.0));
  ASSERT_TRUE(write_tiff_slice(path_, slice.view(), 1.0));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(TiffWriterTest, RefusesWhatTiffCannotSay) {
  const SampleVolume slice({1, 4, 4}, DataType::kUint8);
  EXPECT_EQ(write_tiff_slice(path_, slice.view(), -1.0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(write_tiff_slice(path_, slice.view(), 1e9).error().code, ErrorCode::kInvalidArgument);
  // Only the shape is looked at: there is no such memory.
  const VolumeView huge(slice.view().data, {1, 65'536, 65'536}, DataType::kUint8);
  EXPECT_EQ(write_tiff_slice(path_, huge, 1.0).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(write_tiff_slice(directory_.path() / "no" / "slice.tif", slice.view(), 1.0).error().code,
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::image
