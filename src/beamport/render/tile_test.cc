// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile.h"

#include <gtest/gtest.h>

#include "beamport/render/test_image.h"

namespace beamport::render {
namespace {

// z, y, x: xy pictures are 1100 × 600, xz 1100 × 3, zy 3 × 600.
constexpr Extent kExtent{3, 600, 1100};

class TileTest : public testing::Test {
 protected:
  TileTest() : truth_({.type = DataType::kUint8, .extent = kExtent, .chunk = {2, 64, 64}, .levels = 2}) {}

  TestImage truth_;
  std::shared_ptr<const ServedImage> image_ = truth_.serve();
  ChunkReader chunks_{std::uint64_t{64} << 20};
};

TEST_F(TileTest, TheLastTilesAreCutToThePicture) {
  const auto box = [&](Plane plane, std::int64_t tx, std::int64_t ty) {
    return tile_box(*image_, {.plane = plane, .tx = tx, .ty = ty}).value();
  };
  EXPECT_EQ(box(Plane::kXy, 0, 0), (PictureBox{0, 0, {512, 512}}));
  EXPECT_EQ(box(Plane::kXy, 2, 1), (PictureBox{1024, 512, {76, 88}}));
  EXPECT_EQ(box(Plane::kXz, 1, 0), (PictureBox{512, 0, {512, 3}}));
  EXPECT_EQ(box(Plane::kZy, 0, 1), (PictureBox{0, 512, {3, 88}}));
}

TEST_F(TileTest, TilesCoverEveryPlaneExactly) {
  for (std::size_t level = 0; level < 2; ++level) {
    const Extent extent = truth_.level(level).extent;
    for (const Plane plane : kPlanes) {
      const auto [width, height] = picture_size(plane, extent);
      const std::int64_t index = slice_count(plane, extent) - 1;
      std::int64_t pixels = 0;
      for (std::int64_t ty = 0; ty * kTileSize < height; ++ty) {
        for (std::int64_t tx = 0; tx * kTileSize < width; ++tx) {
          const auto tile = cut_tile({chunks_}, *image_, {plane, level, index, tx, ty});
          ASSERT_TRUE(tile) << tile.error().message;
          for (std::int64_t v = 0; v < tile->size.height; ++v) {
            for (std::int64_t u = 0; u < tile->size.width; ++u) {
              const Point p = to_voxel(plane, {index, tx * kTileSize + u, ty * kTileSize + v});
              ASSERT_EQ(tile->voxels.data()[v * tile->size.width + u], truth_.level(level).row(p.z, p.y)[p.x])
                  << name_of(plane) << " level " << level << " tile " << tx << "," << ty << " at " << u << "," << v;
            }
          }
          pixels += tile->size.width * tile->size.height;
        }
      }
      EXPECT_EQ(pixels, width * height);
    }
  }
}

TEST_F(TileTest, RefusesAddressesOutside) {
  const auto code_of = [&](const TileAddress& address) {
    const auto tile = cut_tile({chunks_}, *image_, address);
    return tile ? ErrorCode::kInternal : tile.error().code;
  };
  EXPECT_EQ(code_of({.tx = 3}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of({.ty = 2}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of({.tx = -1}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of({.index = 3}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of({.level = 2}), ErrorCode::kNotFound);
  EXPECT_EQ(code_of({.tx = std::int64_t{1} << 62}), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::render
