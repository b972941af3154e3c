// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/thumbnail.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

TEST(Thumbnail, ASmallImageIsShownPixelForPixel) {
  const TestImage truth({.type = DataType::kUint8, .extent = {40, 60, 80}, .levels = 1});
  const auto image = truth.serve();
  ChunkReader chunks(std::uint64_t{16} << 20);
  for (const Plane plane : kPlanes) {
    const auto picture = draw_thumbnail({chunks}, *image, plane, {0, 255});
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ((PictureSize{picture->width, picture->height}), picture_size(plane, {40, 60, 80}));
    const std::int64_t middle = slice_count(plane, {40, 60, 80}) / 2;
    for (std::int64_t v = 0; v < picture->height; ++v) {
      for (std::int64_t u = 0; u < picture->width; ++u) {
        ASSERT_EQ(picture->pixels[static_cast<std::size_t>(v * picture->width + u)],
                  truth.voxel<std::uint8_t>(0, to_voxel(plane, {middle, u, v})));
      }
    }
  }
}

TEST(Thumbnail, TakesTheCoarsestLevelThatIsLargeEnough) {
  // Sides along x: 1100, 550, 275, 138.
  const TestImage truth(
      {.type = DataType::kUint8, .extent = {8, 16, 1100}, .levels = 4, .value = [](std::size_t level, Point) {
         return 10 * static_cast<double>(level);
       }});
  ChunkReader chunks(std::uint64_t{16} << 20);
  const auto picture = draw_thumbnail({chunks}, *truth.serve(), Plane::kXy, {0, 255});
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->width, 138);  // 275 halved
  EXPECT_EQ(picture->height, 2);
  EXPECT_EQ(picture->pixels.front(), 20);
}

TEST(Thumbnail, AveragesAlsoAtTheEdge) {
  const TestImage truth(
      {.type = DataType::kUint8, .extent = {1, 3, 301}, .levels = 1, .value = [](std::size_t, Point p) {
         return p.x == 300 ? 100 + p.y : p.x % 2;
       }});
  ChunkReader chunks(std::uint64_t{16} << 20);
  const auto picture = draw_thumbnail({chunks}, *truth.serve(), Plane::kXy, {0, 255});
  ASSERT_TRUE(picture) << picture.error().message;
  ASSERT_EQ(picture->width, 151);
  ASSERT_EQ(picture->height, 2);
  EXPECT_EQ(picture->pixels[0], 1);              // half of the pixels are one, and halves go up
  EXPECT_EQ(picture->pixels[150], 101);          // 100 and 101
  EXPECT_EQ(picture->pixels[2 * 151 - 1], 102);  // the corner alone
}

TEST(Thumbnail, RefusesToDecodeAHugeLevelForASmallPicture) {
  // 16 × 17 chunks of 1 MiB lie under the plane, and there is no coarser level.
  TestImage::Options options{.type = DataType::kUint8, .extent = {1, 1024, 1088}, .chunk = {256, 64, 64}, .levels = 1};
  options.value = [](std::size_t, Point) { return 3; };
  ChunkReader chunks(std::uint64_t{16} << 20);
  const auto picture = draw_thumbnail({chunks}, *TestImage(options).serve(), Plane::kXy, {0, 255});
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(chunks.counters().loads, 0U);
}

TEST(Thumbnail, EncodesThreeJpegs) {
  const TestImage truth({.extent = {40, 60, 80}, .levels = 1});
  ChunkReader chunks(std::uint64_t{16} << 20);
  const auto pictures = encode_thumbnails({chunks}, *truth.serve(), {0, 65535});
  ASSERT_TRUE(pictures) << pictures.error().message;
  for (std::size_t i = 0; i < kPlanes.size(); ++i) {
    const tjhandle decoder = tjInitDecompress();
    int width = 0;
    int height = 0;
    int sampling = 0;
    int colours = 0;
    EXPECT_EQ(tjDecompressHeader3(decoder, reinterpret_cast<const unsigned char*>((*pictures)[i].data()),
                                  (*pictures)[i].size(), &width, &height, &sampling, &colours),
              0);
    tjDestroy(decoder);
    EXPECT_EQ((PictureSize{width, height}), picture_size(kPlanes[i], {40, 60, 80}));
  }
}

TEST(Thumbnail, ADamagedChunkGivesAnError) {
  TestImage truth({.extent = {40, 60, 80}, .levels = 1});
  truth.damage(0, {0, 1, 1});
  ChunkReader chunks(std::uint64_t{16} << 20);
  EXPECT_EQ(encode_thumbnails({chunks}, *truth.serve(), {0, 65535}).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace beamport::render
