// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/tiff_shard_header.h"

#include <algorithm>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/memory_store.h"
#include "beamport/zarr/test_volume.h"

namespace beamport::zarr {
namespace {

struct CloseTiff {
  void operator()(TIFF* tiff) const noexcept { ::TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, CloseTiff>;

template <typename T>
T field(TIFF* tiff, std::uint32_t tag) {
  T value{};
  EXPECT_EQ(::TIFFGetField(tiff, tag, &value), 1) << tag;
  return value;
}

/// The current page as libtiff reads it, tile by tile.
TestVolume read_page(TIFF* tiff, DataType type) {
  const auto width = static_cast<std::int64_t>(field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH));
  const auto height = static_cast<std::int64_t>(field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH));
  const auto tile_x = static_cast<std::int64_t>(field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH));
  const auto tile_y = static_cast<std::int64_t>(field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH));
  TestVolume page({1, height, width}, type);
  TestVolume tile({1, tile_y, tile_x}, type);
  for (std::int64_t y = 0; y < height; y += tile_y) {
    for (std::int64_t x = 0; x < width; x += tile_x) {
      EXPECT_GT(
          ::TIFFReadTile(tiff, tile.voxels.data(), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), 0, 0),
          0);
      const Box common = intersection(Box::at({0, y, x}, tile.extent), Box::whole(page.extent));
      copy_volume(tile.view().part(Box::whole(common.extent())), page.view().part(common));
    }
  }
  return page;
}

struct Sample {
  Extent extent;
  DataType type;
};

class RawShard : public testing::TestWithParam<Sample> {};

TEST_P(RawShard, IsATiffOfItsPlanes) {
  const auto [extent, type] = GetParam();
  const TestVolume volume = pattern_volume(extent, type);
  const Profile profile = make_profile(ProfileName::kRaw, type, extent);
  store::MemoryStore store;
  write_level(store, 0, volume, profile);
  const os::TemporaryDirectory temporary = os::TemporaryDirectory::create().value();
  std::int64_t z = 0;
  for (std::int64_t shard = 0; shard < ceil_divide(extent.z, profile.shard.z); ++shard) {
    const std::filesystem::path path = temporary.path() / "shard.tif";
    ASSERT_TRUE(os::replace_file(path, store.get(chunk_key(0, {shard, 0, 0}), 1 << 30).value()));
    const Tiff tiff(::TIFFOpen(path.c_str(), "rm"));
    ASSERT_NE(tiff, nullptr);
    do {
      EXPECT_EQ(field<std::uint16_t>(tiff.get(), TIFFTAG_BITSPERSAMPLE), 8 * size_of(type));
      const TestVolume page = read_page(tiff.get(), type);
      ASSERT_EQ(page.extent, (Extent{1, extent.y, extent.x}));
      const TestVolume plane = [&] {
        TestVolume cut(page.extent, type);
        copy_volume(volume.view().part(Box::at({z, 0, 0}, page.extent)), cut.view());
        return cut;
      }();
      EXPECT_TRUE(page.voxels == plane.voxels) << z;
      ++z;
    } while (::TIFFReadDirectory(tiff.get()) == 1);
  }
  EXPECT_EQ(z, extent.z);
}

INSTANTIATE_TEST_SUITE_P(TiffShard, RawShard,
                         testing::Values(Sample{{70, 100, 200}, DataType::kFloat32},
                                         Sample{{3, 64, 64}, DataType::kUint16}, Sample{{1, 1, 1}, DataType::kInt16},
                                         Sample{{130, 200, 129}, DataType::kUint8},
                                         Sample{{65, 65, 65}, DataType::kUint32}));

TEST(TiffShardHeader, IsAligned) {
  EXPECT_EQ(tiff_shard_header({64, 1000, 1000}, {}, {64, 64, 64}, {1, 16, 16}, DataType::kFloat32).size() %
                kTiffShardAlignment,
            0U);
}

TEST(TiffShardHeader, SaysWhatKindOfNumberAVoxelIs) {
  // The last entry of the first IFD: tag 339, type short, count 1, value.
  const auto sample_format = [](DataType type) {
    const Bytes header = tiff_shard_header({1, 10, 10}, {}, {64, 64, 64}, {1, 1, 1}, type);
    const ByteView entry = ByteView(header).subspan(16 + 8 + 11 * 20, 20);
    EXPECT_EQ(load_little<std::uint16_t>(entry), 339);
    return load_little<std::uint16_t>(entry.subspan(12));
  };
  EXPECT_EQ(sample_format(DataType::kUint16), 1);
  EXPECT_EQ(sample_format(DataType::kInt16), 2);
  EXPECT_EQ(sample_format(DataType::kFloat32), 3);
}

TEST(StoredGrid, EndsWithTheLevel) {
  const Extent chunk{64, 64, 64};
  const Extent grid{2, 4, 4};
  EXPECT_EQ(stored_grid({130, 300, 100}, {0, 0, 0}, chunk, grid), (Extent{2, 4, 2}));
  EXPECT_EQ(stored_grid({130, 300, 100}, {1, 1, 0}, chunk, grid), (Extent{1, 1, 2}));
}

}  // namespace
}  // namespace beamport::zarr
