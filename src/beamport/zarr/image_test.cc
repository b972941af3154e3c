// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/image.h"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/store/memory_store.h"
#include "beamport/zarr/test_volume.h"

namespace beamport::zarr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kV2Array = R"({"zarr_format":2,"shape":[1,2,4,6,8],"chunks":[1,1,4,6,8],"dtype":"<u2",
  "compressor":null,"fill_value":0,"order":"C","filters":null,"dimension_separator":"/"})";
constexpr std::string_view kV2CoarseArray = R"({"zarr_format":2,"shape":[1,2,2,3,4],"chunks":[1,1,2,3,4],"dtype":"<u2",
  "compressor":null,"fill_value":0,"order":"C","filters":null,"dimension_separator":"/"})";
constexpr std::string_view kV2Attributes = R"({"multiscales":[{"version":"0.4","name":"cells","axes":[
  {"name":"t","type":"time"},{"name":"c","type":"channel"},{"name":"z","type":"space","unit":"micrometer"},
  {"name":"y","type":"space","unit":"micrometer"},{"name":"x","type":"space","unit":"micrometer"}],"datasets":[
  {"path":"0","coordinateTransformations":[{"type":"scale","scale":[1,1,0.5,0.25,0.25]}]},
  {"path":"1","coordinateTransformations":[{"type":"scale","scale":[1,1,1,0.5,0.5]}]}]}]})";

class ImageTest : public testing::Test {
 protected:
  void write_own(const ImageMetadata& metadata, DataType type) {
    put_text(*store_, "zarr.json", write_json_pretty(group_document(metadata)));
    for (std::size_t level = 0; level < metadata.levels.size(); ++level) {
      const Extent extent = metadata.levels[level];
      write_level(*store_, level, pattern_volume(extent, type), make_profile(ProfileName::kLive, type, extent));
    }
  }
  void write_v2(const std::string& prefix) {
    put_text(*store_, prefix + ".zgroup", R"({"zarr_format":2})");
    put_text(*store_, prefix + ".zattrs", kV2Attributes);
    put_text(*store_, prefix + "0/.zarray", kV2Array);
    put_text(*store_, prefix + "1/.zarray", kV2CoarseArray);
  }

  std::shared_ptr<store::MemoryStore> store_ = std::make_shared<store::MemoryStore>();
};

ImageMetadata sample() {
  ImageMetadata metadata;
  metadata.name = "bone";
  metadata.levels = {{70, 100, 130}, {35, 50, 65}};
  metadata.voxel_size_um = {2, 0.5, 0.5};
  metadata.window = DisplayWindow{0, 120, 10, 100};
  metadata.beamport["profile"] = "live";
  return metadata;
}

TEST_F(ImageTest, ReadsWhatIsWritten) {
  write_own(sample(), DataType::kUint16);
  const Result<Image> image = Image::open(store_);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->name(), "bone");
  EXPECT_EQ(image->type(), DataType::kUint16);
  EXPECT_TRUE(image->voxel_size_known());
  ASSERT_EQ(image->levels().size(), 2U);
  EXPECT_EQ(image->levels()[1].path, "1");
  EXPECT_EQ(image->levels()[1].array.extent(), (Extent{35, 50, 65}));
  EXPECT_THAT(image->levels()[1].voxel_size_um, ElementsAre(4, 1, 1));
  EXPECT_THAT(image->levels()[1].translation_um, ElementsAre(1, 0.25, 0.25));
  ASSERT_TRUE(image->window());
  EXPECT_EQ(image->window()->end, 100);
  EXPECT_TRUE(image->attributes().contains("beamport"));
}

TEST_F(ImageTest, CanBeSeenFromACoarserLevelOn) {
  write_own(sample(), DataType::kUint16);
  const Image image = *Image::open(store_);
  const Image coarser = image.from_level(1);
  ASSERT_EQ(coarser.levels().size(), 1U);
  EXPECT_EQ(coarser.levels()[0].path, "1");
  EXPECT_THAT(coarser.levels()[0].voxel_size_um, ElementsAre(4, 1, 1));
  EXPECT_EQ(image.from_level(7).levels().size(), 1U);
  EXPECT_EQ(image.from_level(0).levels().size(), 2U);
}

TEST_F(ImageTest, SaysWhenTheVoxelSizeIsAGuess) {
  ImageMetadata metadata = sample();
  metadata.voxel_size_known = false;
  write_own(metadata, DataType::kUint16);
  EXPECT_FALSE(Image::open(store_)->voxel_size_known());
}

TEST_F(ImageTest, ReadsVersion04) {
  write_v2("");
  const Result<Image> image = Image::open(store_);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->levels()[0].array.extent(), (Extent{4, 6, 8}));
  EXPECT_THAT(image->levels()[0].voxel_size_um, ElementsAre(0.5, 0.25, 0.25));
  EXPECT_FALSE(image->window());
}

TEST_F(ImageTest, DescendsIntoABioformats2rawWrapper) {
  put_text(*store_, ".zgroup", R"({"zarr_format":2})");
  put_text(*store_, ".zattrs", R"({"bioformats2raw.layout":3})");
  write_v2("0/");
  const Result<Image> image = Image::open(store_);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->levels()[1].path, "0/1");
}

TEST_F(ImageTest, FollowsTheSeriesListOfAWrapper) {
  put_text(*store_, ".zgroup", R"({"zarr_format":2})");
  put_text(*store_, ".zattrs", R"({"bioformats2raw.layout":3})");
  put_text(*store_, "OME/.zgroup", R"({"zarr_format":2})");
  put_text(*store_, "OME/.zattrs", R"({"series":["second","first"]})");
  write_v2("second/");
  EXPECT_EQ(Image::open(store_)->levels()[0].path, "second/0");
}

TEST_F(ImageTest, OpensAnImageInsideTheStore) {
  write_v2("labels/nuclei/");
  const Result<Image> image = Image::open(store_, "labels/nuclei");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->levels()[0].path, "labels/nuclei/0");
}

TEST_F(ImageTest, GuessesScalesThatAreNotGiven) {
  write_v2("");
  put_text(*store_, ".zattrs", R"({"multiscales":[{"version":"0.2","datasets":[{"path":"0"},{"path":"1"}]}]})");
  const Result<Image> image = Image::open(store_);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_FALSE(image->voxel_size_known());
  EXPECT_THAT(image->levels()[1].voxel_size_um, ElementsAre(2, 2, 2));
  EXPECT_THAT(image->levels()[1].translation_um, ElementsAre(0.5, 0.5, 0.5));
}

TEST_F(ImageTest, SaysThatThereIsNoGroup) {
  EXPECT_EQ(Image::open(store_).error().code, ErrorCode::kNotFound);
}

TEST_F(ImageTest, SaysThatAGroupIsNoImage) {
  put_text(*store_, "zarr.json", R"({"zarr_format":3,"node_type":"group","attributes":{}})");
  const Result<Image> image = Image::open(store_);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(image.error().message, HasSubstr("multiscales"));
}

TEST_F(ImageTest, SaysWhichLevelIsMissing) {
  write_v2("");
  put_text(*store_, ".zattrs", R"({"multiscales":[{"version":"0.2","datasets":[{"path":"0"},{"path":"7"}]}]})");
  const Result<Image> image = Image::open(store_);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(image.error().message, HasSubstr("7"));
}

TEST_F(ImageTest, RefusesLevelsThatDoNotFitTogether) {
  write_v2("");
  std::string other_type(kV2CoarseArray);
  other_type.replace(other_type.find("<u2"), 3, "<f4");
  put_text(*store_, "1/.zarray", other_type);
  EXPECT_EQ(Image::open(store_).error().code, ErrorCode::kUnsupported);
  std::string larger(kV2CoarseArray);
  larger.replace(larger.find("[1,2,2,3,4]"), 11, "[1,2,5,3,4]");
  put_text(*store_, "1/.zarray", larger);
  EXPECT_EQ(Image::open(store_).error().code, ErrorCode::kCorrupt);
}

TEST_F(ImageTest, NamesTheDocumentThatIsNoJson) {
  put_text(*store_, "zarr.json", "{");
  const Result<Image> image = Image::open(store_);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(image.error().message, HasSubstr("memory/zarr.json"));
}

TEST_F(ImageTest, ToleratesConsolidatedMetadata) {
  write_own(sample(), DataType::kUint16);
  Json document = group_document(sample());
  document.as_object()["consolidated_metadata"] =
      parse_json(R"({"kind":"inline","must_understand":false,"metadata":{}})").value();
  put_text(*store_, "zarr.json", write_json(document));
  EXPECT_TRUE(Image::open(store_));
  document.as_object()["consolidated_metadata"] = nullptr;
  put_text(*store_, "zarr.json", write_json(document));
  EXPECT_TRUE(Image::open(store_));
}

TEST_F(ImageTest, RefusesAGroupWithAnUnknownMember) {
  Json document = group_document(sample());
  document.as_object()["extension"] = 1;
  put_text(*store_, "zarr.json", write_json(document));
  EXPECT_EQ(Image::open(store_).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace beamport::zarr
