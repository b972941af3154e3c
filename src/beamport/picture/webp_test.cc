// SPDX-License-Identifier: Apache-2.0
#include "beamport/picture/webp.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <webp/decode.h>

namespace beamport::picture {
namespace {

GreyPicture ramp(std::int64_t width, std::int64_t height) {
  GreyPicture picture{{}, width, height};
  for (std::int64_t i = 0; i < width * height; ++i) {
    picture.pixels.push_back(static_cast<std::uint8_t>(i % width * 255 / std::max<std::int64_t>(width - 1, 1)));
  }
  return picture;
}

TEST(Webp, ComesBackNearlyTheSameAndGrey) {
  for (const auto& [width, height] : {std::pair{512, 512}, std::pair{255, 31}, std::pair{1, 1}}) {
    const GreyPicture before = ramp(width, height);
    const auto webp = encode_webp(before, 80);
    ASSERT_TRUE(webp);
    int decoded_width = 0;
    int decoded_height = 0;
    std::uint8_t* rgb = WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(webp->data()), webp->size(), &decoded_width,
                                      &decoded_height);
    ASSERT_NE(rgb, nullptr);
    ASSERT_EQ(decoded_width, width);
    ASSERT_EQ(decoded_height, height);
    for (std::size_t i = 0; i < before.pixels.size(); ++i) {
      ASSERT_LE(std::abs(int{before.pixels[i]} - int{rgb[3 * i]}), 10) << width << "x" << height << " at " << i;
      ASSERT_LE(std::abs(int{rgb[3 * i]} - int{rgb[3 * i + 1]}), 1);
      ASSERT_LE(std::abs(int{rgb[3 * i]} - int{rgb[3 * i + 2]}), 1);
    }
    WebPFree(rgb);
  }
}

TEST(Webp, KeepsBlackAndWhite) {
  for (const std::uint8_t grey : {std::uint8_t{0}, std::uint8_t{255}}) {
    const GreyPicture flat{std::vector<std::uint8_t>(std::size_t{64} * 64, grey), 64, 64};
    const auto webp = encode_webp(flat, 80);
    ASSERT_TRUE(webp);
    int width = 0;
    int height = 0;
    std::uint8_t* rgb =
        WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(webp->data()), webp->size(), &width, &height);
    ASSERT_NE(rgb, nullptr);
    EXPECT_LE(std::abs(int{rgb[0]} - int{grey}), 1);
    WebPFree(rgb);
  }
}

TEST(Webp, SamePictureSameBytes) {
  const GreyPicture picture = ramp(200, 100);
  EXPECT_EQ(encode_webp(picture, 60).value(), encode_webp(picture, 60).value());
}

TEST(Webp, RefusesWrongSizesAndQualities) {
  const GreyPicture picture = ramp(4, 4);
  EXPECT_EQ(encode_webp({picture.pixels, 4, 0}, 80).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(encode_webp({picture.pixels, kMaxSide + 1, 4}, 80).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(encode_webp({picture.pixels, 3, 4}, 80).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(encode_webp(picture, 101).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::picture
