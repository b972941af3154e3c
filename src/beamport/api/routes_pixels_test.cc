// SPDX-License-Identifier: Apache-2.0
// Tiles, voxels and bricks through the whole Api.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/openapi.h"
#include "beamport/api/test_dataset.h"
#include "beamport/api/test_schema_check.h"
#include "beamport/base/bytes.h"

namespace beamport::api {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

std::uint16_t voxel_in(const std::string& raw, std::size_t at) {
  return load_little<std::uint16_t>(as_byte_view(raw).subspan(at * 2, 2));
}

net::Response get(TestClient& client, std::string_view rest, const HeaderList& headers = {}) {
  return client.get(TestClient::versioned(rest), headers);
}

TEST(TileRoutes, RawTilesHoldExactVoxels) {
  TestClient client;
  const net::Response tile = get(client, "/tiles/xy/0/2/1/0.raw");
  ASSERT_EQ(tile.status, 200) << TestClient::text_of(tile);
  EXPECT_EQ(TestClient::header_of(tile, "X-Beamport-Shape"), "512,88");
  EXPECT_EQ(TestClient::header_of(tile, "X-Beamport-Data-Type"), "uint16");
  EXPECT_EQ(TestClient::header_of(tile, "Vary"), "Accept-Encoding");
  EXPECT_EQ(TestClient::header_of(tile, "Cache-Control"), "public, max-age=31536000, immutable");
  const std::string raw = TestClient::text_of(tile);
  ASSERT_EQ(raw.size(), 512U * 88 * 2);
  EXPECT_EQ(voxel_in(raw, 3 * 88 + 5), TestDataset::value_at({2, 3, 517}));
}

TEST(TileRoutes, EachPlaneAndLevelHasItsOwnAxes) {
  TestClient client;
  const std::string xz = TestClient::text_of(get(client, "/tiles/xz/0/100/0/0.raw"));
  EXPECT_EQ(voxel_in(xz, 1 * 512 + 7), TestDataset::value_at({1, 100, 7}));
  const std::string zy = TestClient::text_of(get(client, "/tiles/zy/0/100/0/0.raw"));
  EXPECT_EQ(voxel_in(zy, 9 * 3 + 2), TestDataset::value_at({2, 9, 100}));
  const std::string coarse = TestClient::text_of(get(client, "/tiles/xy/1/1/0/0.raw"));
  EXPECT_EQ(voxel_in(coarse, 4 * 300 + 5), TestDataset::value_at({1, 4, 5}) + 10'000);
}

TEST(TileRoutes, PreviewsArePictures) {
  TestClient client;
  const net::Response jpg = get(client, "/tiles/xy/0/0/0/0.jpg");
  EXPECT_EQ(TestClient::header_of(jpg, "Content-Type"), "image/jpeg");
  EXPECT_THAT(TestClient::text_of(jpg), StartsWith("\xFF\xD8"));
  const net::Response webp = get(client, "/tiles/xy/0/0/0/0.webp");
  EXPECT_EQ(TestClient::header_of(webp, "Content-Type"), "image/webp");
  EXPECT_THAT(TestClient::text_of(webp), StartsWith("RIFF"));
  const net::Response windowed = get(client, "/tiles/xy/0/0/0/0.jpg?w=0,50");
  EXPECT_EQ(windowed.status, 200);
  EXPECT_NE(TestClient::text_of(windowed), TestClient::text_of(jpg));
}

TEST(TileRoutes, RawTilesAreCompressedAsTheClientLikes) {
  TestClient client;
  const std::string target = "/tiles/xy/0/0/0/0.raw";
  const net::Response zstd = get(client, target, {{"Accept-Encoding", "gzip, zstd"}});
  EXPECT_EQ(TestClient::header_of(zstd, "Content-Encoding"), "zstd");
  EXPECT_THAT(TestClient::text_of(zstd), StartsWith("\x28\xB5\x2F\xFD"));
  const net::Response gzip = get(client, target, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(TestClient::header_of(gzip, "Content-Encoding"), "gzip");
  EXPECT_NE(TestClient::header_of(gzip, "ETag"), TestClient::header_of(zstd, "ETag"));
}

TEST(TileRoutes, AClientThatHasTheTileIsToldSo) {
  TestClient client;
  const net::Response tile = get(client, "/tiles/xy/0/0/0/0.jpg");
  const std::string etag = TestClient::header_of(tile, "ETag");
  const net::Response again = get(client, "/tiles/xy/0/0/0/0.jpg", {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(TestClient::text_of(again), "");
  EXPECT_EQ(get(client, "/tiles/xy/0/1/0/0.jpg", {{"If-None-Match", etag}}).status, 200);
}

TEST(TileRoutes, WhatLiesOutsideIsNotFound) {
  TestClient client;
  for (const char* const rest :
       {"/tiles/xy/0/3/0/0.jpg", "/tiles/xy/0/0/2/0.jpg", "/tiles/xy/0/0/0/2.jpg", "/tiles/xy/2/0/0/0.jpg",
        "/tiles/xy/0/-1/0/0.jpg", "/tiles/yx/0/0/0/0.jpg", "/tiles/xy/0/0/0/0.bmp", "/tiles/xy/0/0/0/0",
        "/tiles/xy/0/9223372036854775807/0/0.raw", "/tiles/xy/0/0/9223372036854775807/0.raw",
        "/tiles/xy/4294967295/0/0/0.raw", "/tiles/xy/0/99999999999999999999/0/0.raw"}) {
    EXPECT_EQ(get(client, rest).status, 404) << rest;
  }
  EXPECT_EQ(
      client
          .get(fmt::format("/api/beamport/v1/datasets/{}/v/ffffffffffff/tiles/xy/0/0/0/0.jpg", id_of("scan.ome.zarr")))
          .status,
      410);
}

TEST(TileRoutes, AWindowThatCannotBeDrawnIsRefused) {
  TestClient client;
  for (const char* const rest :
       {"/tiles/xy/0/0/0/0.jpg?w=5,5", "/tiles/xy/0/0/0/0.jpg?w=5", "/tiles/xy/0/0/0/0.raw?w=1,2",
        "/tiles/xy/0/0/0/0.jpg?w=nan,1", "/tiles/xy/0/0/0/0.jpg?w=1,2,3"}) {
    const net::Response response = get(client, rest);
    EXPECT_EQ(response.status, 400) << rest;
    EXPECT_EQ(TestClient::json_of(response).at("field"), "w") << rest;
  }
}

TEST(VoxelRoutes, GiveTheExactValue) {
  TestClient client;
  const net::Response response = get(client, "/voxels/0/2/3/517");
  ASSERT_EQ(response.status, 200);
  const Json document = *parse_json(openapi_document());
  EXPECT_THAT(
      schema_findings(TestClient::json_of(response), Json{{"$ref", "#/components/schemas/VoxelValue"}}, document),
      ElementsAre());
  EXPECT_EQ(TestClient::text_of(response),
            fmt::format(R"({{"level":0,"z":2,"y":3,"x":517,"value":{0}.0,"text":"{0}"}})",
                        TestDataset::value_at({2, 3, 517})));
  EXPECT_EQ(TestClient::header_of(response, "Cache-Control"), "public, max-age=31536000, immutable");
  for (const char* const rest : {"/voxels/0/3/0/0", "/voxels/0/0/520/0", "/voxels/0/0/0/600", "/voxels/2/0/0/0"}) {
    EXPECT_EQ(get(client, rest).status, 404) << rest;
  }
}

TEST(BrickRoutes, FramesFollowEachOther) {
  TestClient client;
  const net::Response response = get(client, "/bricks/0?at=0.8.9,0.0.0");
  ASSERT_EQ(response.status, 200) << TestClient::text_of(response);
  const std::string body = TestClient::text_of(response);
  const auto number = [&](std::size_t at) { return load_little<std::uint32_t>(as_byte_view(body).subspan(at, 4)); };
  EXPECT_EQ(number(4), 8U);
  EXPECT_EQ(number(8), 9U);
  EXPECT_EQ(number(12), 3U);
  EXPECT_EQ(number(16), 8U) << "520 = 8 * 64 + 8 rows";
  EXPECT_EQ(number(20), 24U) << "600 = 9 * 64 + 24 columns";
  const std::size_t payload = std::size_t{3} * 8 * 24 * 2;
  EXPECT_EQ(load_little<std::uint64_t>(as_byte_view(body).subspan(24, 8)), payload);
  EXPECT_EQ(load_little<std::uint16_t>(as_byte_view(body).subspan(32, 2)), TestDataset::value_at({0, 512, 576}));
  EXPECT_EQ(body.size(), std::size_t{2} * 32 + payload + std::size_t{3} * 64 * 64 * 2);
  const net::Response packed = get(client, "/bricks/0?at=0.0.0", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(TestClient::header_of(packed, "Content-Encoding"), "gzip");
}

TEST(BrickRoutes, WrongPlacesAreRefused) {
  TestClient client;
  for (const char* const rest :
       {"/bricks/0", "/bricks/0?at=", "/bricks/0?at=0.0", "/bricks/0?at=0.0.-1", "/bricks/0?at=0.0.0,,0.0.1"}) {
    const net::Response response = get(client, rest);
    EXPECT_EQ(response.status, 400) << rest;
    EXPECT_EQ(TestClient::json_of(response).at("field"), "at") << rest;
  }
  EXPECT_EQ(get(client, "/bricks/0?at=0.0.10").status, 404);
  std::string many = "/bricks/0?at=0.0.0";
  for (int i = 0; i < 256; ++i) many += ",0.0.0";
  EXPECT_EQ(get(client, many).status, 400);
}

}  // namespace
}  // namespace beamport::api
