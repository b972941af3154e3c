// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/tile_encode.h"

#include <cstdlib>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <zlib.h>
#include <zstd.h>

namespace beamport::render {
namespace {

constexpr std::int64_t kWidth = 150;
constexpr std::int64_t kHeight = 90;

/// Value = 10 x + y, except for one NaN.
PlaneVoxels ramp() {
  PlaneVoxels cut{DataType::kFloat32, {kWidth, kHeight}, AlignedBuffer(kWidth * kHeight * sizeof(float))};
  auto* at = reinterpret_cast<float*>(cut.voxels.data());
  for (std::int64_t y = 0; y < kHeight; ++y) {
    for (std::int64_t x = 0; x < kWidth; ++x) at[y * kWidth + x] = static_cast<float>(10 * x + y);
  }
  at[5] = std::numeric_limits<float>::quiet_NaN();
  return cut;
}

constexpr ValueWindow kWindow{100, 1500};

Bytes zstd_decoded(const Bytes& encoded, std::size_t size) {
  Bytes decoded(size + 1);
  decoded.resize(ZSTD_decompress(decoded.data(), decoded.size(), encoded.data(), encoded.size()));
  return decoded;
}

Bytes gzip_decoded(const Bytes& encoded, std::size_t size) {
  Bytes decoded(size + 1);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);  // 16: a gzip container and no other
  Bytes input = encoded;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(decoded.data());
  stream.avail_out = static_cast<uInt>(decoded.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  decoded.resize(stream.total_out);
  inflateEnd(&stream);
  return decoded;
}

TEST(TileEncode, GreyFollowsTheWindow) {
  const auto grey = to_grey(ramp(), kWindow);
  ASSERT_TRUE(grey);
  EXPECT_EQ(grey->width, kWidth);
  EXPECT_EQ(grey->height, kHeight);
  EXPECT_EQ(grey->pixels[5], 0);
  EXPECT_EQ(grey->pixels[80], 128);  // (800 - 100) / 1400 is a half
  EXPECT_EQ(grey->pixels.back(), 255);
}

TEST(TileEncode, JpegShowsTheGreyPicture) {
  const PlaneVoxels cut = ramp();
  const auto grey = to_grey(cut, kWindow);
  const auto jpeg = encode_preview(cut, kWindow, PreviewFormat::kJpeg);
  ASSERT_TRUE(jpeg);
  const tjhandle decoder = tjInitDecompress();
  std::vector<std::uint8_t> pixels(kWidth * kHeight);
  EXPECT_EQ(tjDecompress2(decoder, reinterpret_cast<const unsigned char*>(jpeg->data()), jpeg->size(), pixels.data(),
                          kWidth, 0, kHeight, TJPF_GRAY, 0),
            0);
  tjDestroy(decoder);
  for (std::size_t i = 16; i < pixels.size(); ++i) {
    if (i % kWidth < 8) continue;  // the block with the NaN rings
    ASSERT_LE(std::abs(int{pixels[i]} - int{grey->pixels[i]}), 12) << i;
  }
}

TEST(TileEncode, WebpShowsTheGreyPicture) {
  const PlaneVoxels cut = ramp();
  const auto grey = to_grey(cut, kWindow);
  const auto webp = encode_preview(cut, kWindow, PreviewFormat::kWebp);
  ASSERT_TRUE(webp);
  int width = 0;
  int height = 0;
  std::uint8_t* rgb = WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(webp->data()), webp->size(), &width, &height);
  ASSERT_NE(rgb, nullptr);
  EXPECT_EQ(width, kWidth);
  EXPECT_EQ(height, kHeight);
  for (std::size_t i = 16; i < grey->pixels.size(); ++i) {
    if (i % kWidth < 16) continue;
    ASSERT_LE(std::abs(int{rgb[3 * i]} - int{grey->pixels[i]}), 16) << i;
  }
  WebPFree(rgb);
}

TEST(TileEncode, RawIsTheVoxelsWhateverTheCompression) {
  const PlaneVoxels cut = ramp();
  const Bytes exact(cut.voxels.data(), cut.voxels.data() + cut.voxels.size());
  EXPECT_EQ(encode_raw(cut, Compression::kIdentity).value(), exact);
  const auto zstd = encode_raw(cut, Compression::kZstd);
  ASSERT_TRUE(zstd);
  EXPECT_LT(zstd->size(), exact.size());
  EXPECT_EQ(zstd_decoded(*zstd, exact.size()), exact);
  const auto gzip = encode_raw(cut, Compression::kGzip);
  ASSERT_TRUE(gzip);
  EXPECT_LT(gzip->size(), exact.size());
  EXPECT_EQ(gzip_decoded(*gzip, exact.size()), exact);
}

TEST(TileEncode, CompressesAnyBytes) {
  const Bytes bytes(1000, std::byte{7});
  EXPECT_EQ(compress(bytes, Compression::kIdentity).value(), bytes);
  EXPECT_EQ(zstd_decoded(compress(bytes, Compression::kZstd).value(), bytes.size()), bytes);
  EXPECT_EQ(gzip_decoded(compress(bytes, Compression::kGzip).value(), bytes.size()), bytes);
  EXPECT_TRUE(compress({}, Compression::kIdentity).value().empty());
}

TEST(TileEncode, RefusesWindowsThatCannotBeDrawnWith) {
  const PlaneVoxels cut = ramp();
  EXPECT_EQ(encode_preview(cut, {1, 1}, PreviewFormat::kJpeg).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(to_grey(cut, {0, std::numeric_limits<double>::infinity()}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::render
