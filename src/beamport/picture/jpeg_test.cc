// SPDX-License-Identifier: Apache-2.0
#include "beamport/picture/jpeg.h"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>
#include <turbojpeg.h>

namespace beamport::picture {
namespace {

GreyPicture gradient(std::int64_t width, std::int64_t height) {
  GreyPicture picture{{}, width, height};
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(127.5 + 60 * std::sin(0.05 * static_cast<double>(x)) +
                                                         60 * std::cos(0.07 * static_cast<double>(y))));
    }
  }
  return picture;
}

GreyPicture decode(const Bytes& jpeg) {
  const tjhandle decoder = tjInitDecompress();
  const auto* data = reinterpret_cast<const unsigned char*>(jpeg.data());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  EXPECT_EQ(tjDecompressHeader3(decoder, data, jpeg.size(), &width, &height, &sampling, &colours), 0);
  EXPECT_EQ(sampling, TJSAMP_GRAY);
  GreyPicture picture{std::vector<std::uint8_t>(static_cast<std::size_t>(width * height)), width, height};
  EXPECT_EQ(tjDecompress2(decoder, data, jpeg.size(), picture.pixels.data(), width, 0, height, TJPF_GRAY, 0), 0);
  tjDestroy(decoder);
  return picture;
}

TEST(Jpeg, ComesBackNearlyTheSameInOddSizes) {
  for (const auto& [width, height] : {std::pair{512, 512}, std::pair{257, 3}, std::pair{1, 1}, std::pair{7, 130}}) {
    const GreyPicture before = gradient(width, height);
    const auto jpeg = encode_jpeg(before, 80);
    ASSERT_TRUE(jpeg);
    const GreyPicture after = decode(*jpeg);
    ASSERT_EQ(after.width, width);
    ASSERT_EQ(after.height, height);
    for (std::size_t i = 0; i < before.pixels.size(); ++i) {
      ASSERT_LE(std::abs(int{before.pixels[i]} - int{after.pixels[i]}), 8) << width << "x" << height << " at " << i;
    }
  }
}

TEST(Jpeg, SamePictureSameBytesAndBetterQualityIsLarger) {
  const GreyPicture picture = gradient(300, 200);
  EXPECT_EQ(encode_jpeg(picture, 80).value(), encode_jpeg(picture, 80).value());
  EXPECT_GT(encode_jpeg(picture, 95)->size(), encode_jpeg(picture, 40)->size());
}

TEST(Jpeg, RefusesWrongSizesAndQualities) {
  const GreyPicture picture = gradient(4, 4);
  EXPECT_EQ(encode_jpeg({picture.pixels, 0, 4}, 80).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(encode_jpeg({picture.pixels, 4, kMaxSide + 1}, 80).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(encode_jpeg({picture.pixels, 4, 5}, 80).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(encode_jpeg(picture, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(encode_jpeg(picture, 101).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::picture
