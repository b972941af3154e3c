// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/test_dataset.h"
#include "beamport/os/file.h"

namespace beamport::api {
namespace {

using testing::HasSubstr;

constexpr std::size_t kChunkBytes = std::size_t{2} * 256 * 256 * 2;

std::string key_path(std::string_view key) {
  return fmt::format("/zarr/{}/{}", id_of("scan.ome.zarr"), key);
}

std::string file_of(const TestClient& client, std::string_view key) {
  const auto bytes = os::read_file(client.root() / "scan.ome.zarr" / key, 1 << 24);
  return bytes ? std::string(as_text(*bytes)) : "(absent)";
}

TEST(ZarrRoutes, KeysAreServedAsTheyLieOnDisk) {
  TestClient client;
  const net::Response document = client.get(key_path("zarr.json"));
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(TestClient::header_of(document, "Content-Type"), "application/json");
  EXPECT_EQ(TestClient::text_of(document), file_of(client, "zarr.json"));
  const net::Response chunk = client.get(key_path("0/c/0/1/0"));
  EXPECT_EQ(TestClient::header_of(chunk, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(TestClient::header_of(chunk, "Accept-Ranges"), "bytes");
  EXPECT_EQ(TestClient::text_of(chunk), file_of(client, "0/c/0/1/0"));
  const net::Response head = client.send("HEAD", key_path("0/c/0/1/0"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(net::body_size(head.body), kChunkBytes);
}

TEST(ZarrRoutes, SingleRangesAndSuffixesAreHonoured) {
  TestClient client;
  const std::string chunk = key_path("0/c/0/0/0");
  const std::string whole = file_of(client, "0/c/0/0/0");
  const net::Response part = client.get(chunk, {{"Range", "bytes=10-19"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(TestClient::text_of(part), whole.substr(10, 10));
  EXPECT_EQ(TestClient::header_of(part, "Content-Range"), fmt::format("bytes 10-19/{}", kChunkBytes));
  const net::Response suffix = client.get(chunk, {{"Range", "bytes=-4"}});
  EXPECT_EQ(suffix.status, 206);
  EXPECT_EQ(TestClient::text_of(suffix), whole.substr(kChunkBytes - 4));
  const net::Response beyond = client.get(chunk, {{"Range", fmt::format("bytes={}-", kChunkBytes)}});
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(TestClient::header_of(beyond, "Content-Range"), fmt::format("bytes */{}", kChunkBytes));
  EXPECT_EQ(TestClient::json_of(beyond).at("code"), "range_not_satisfiable");
}

TEST(ZarrRoutes, TagsChangeWithTheFile) {
  TestClient client;
  const std::string etag = TestClient::header_of(client.get(key_path("0/zarr.json")), "ETag");
  EXPECT_EQ(client.get(key_path("0/zarr.json"), {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(client.get(key_path("0/zarr.json"), {{"If-Range", etag}, {"Range", "bytes=0-3"}}).status, 206);
  const std::string same = file_of(client, "0/zarr.json");
  ASSERT_TRUE(os::replace_file(client.root() / "scan.ome.zarr/0/zarr.json", as_byte_view(same)));
  EXPECT_EQ(client.get(key_path("0/zarr.json"), {{"If-None-Match", etag}}).status, 200);
  EXPECT_EQ(client.get(key_path("0/zarr.json"), {{"If-Range", etag}, {"Range", "bytes=0-3"}}).status, 200);
}

TEST(ZarrRoutes, OtherSitesMayReadAlsoThatSomethingIsAbsent) {
  TestClient client;
  for (const char* const key : {"zarr.json", "0/c/9/9/9"}) {
    const net::Response response = client.get(key_path(key), {{"Origin", "https://viewer.example"}});
    EXPECT_EQ(TestClient::header_of(response, "Access-Control-Allow-Origin"), "*") << key;
    EXPECT_THAT(TestClient::header_of(response, "Access-Control-Expose-Headers"), HasSubstr("Content-Range"));
    EXPECT_EQ(TestClient::header_of(response, "Cross-Origin-Resource-Policy"), "cross-origin");
  }
  const net::Response preflight =
      client.send("OPTIONS", key_path("zarr.json"),
                  {{"Origin", "https://viewer.example"}, {"Access-Control-Request-Headers", "range"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(TestClient::header_of(preflight, "Access-Control-Allow-Headers"), HasSubstr("Range"));
  EXPECT_THAT(TestClient::header_of(preflight, "Access-Control-Allow-Methods"), HasSubstr("HEAD"));
  EXPECT_EQ(TestClient::header_of(client.get("/api/beamport/v1/datasets"), "Access-Control-Allow-Origin"), "(none)");
}

TEST(ZarrRoutes, WhatIsNoFileIsNotFound) {
  TestClient client;
  for (const char* const key : {"", "0", "0/", "0/c/9/9/9", "nothing", "zarr.json/x"}) {
    EXPECT_EQ(client.get(key_path(key)).status, 404) << key;
  }
  EXPECT_EQ(client.get(fmt::format("/zarr/{}/zarr.json", std::string(24, 'b'))).status, 404);
  EXPECT_EQ(client.get("/zarr/scan.ome.zarr/zarr.json").status, 404);
}

TEST(ZarrRoutes, NothingOutsideTheImageCanBeReached) {
  TestClient client;
  namespace fs = std::filesystem;
  ASSERT_TRUE(os::replace_file(client.root() / "secret.txt", as_byte_view("secret")));
  const fs::path image = client.root() / "scan.ome.zarr";
  fs::create_symlink("../secret.txt", image / "relative");
  fs::create_symlink(client.root() / "secret.txt", image / "absolute");
  fs::create_directory_symlink(client.root(), image / "up");
  fs::create_symlink("zarr.json", image / "inside");
  for (const char* const key : {"relative", "absolute", "up/secret.txt", "up/scan.ome.zarr/zarr.json"}) {
    const net::Response response = client.get(key_path(key));
    EXPECT_EQ(response.status, 404) << key;
    EXPECT_THAT(TestClient::text_of(response), testing::Not(HasSubstr("secret\n")));
  }
  for (const char* const key : {"../secret.txt", "0/../../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt",
                                "0/..%5c..%5csecret.txt", "%00", "./zarr.json", "/etc/passwd"}) {
    EXPECT_EQ(client.get(key_path(key)).status, 400) << key;
  }
  EXPECT_EQ(client.get(key_path("inside")).status, 200) << "a link that stays inside is part of the image";
}

TEST(ZarrRoutes, AKeyThatIsInMemoryIsAnsweredAtOnceAndAlike) {
  TestClient client;
  const std::string chunk = key_path("0/c/0/0/0");
  const HeaderList range{{"Range", "bytes=10-19"}};
  const net::Response later = client.get(chunk, range);
  const auto at_once = client.send_at_once("GET", chunk, range);
  ASSERT_TRUE(at_once.has_value());
  EXPECT_EQ(at_once->status, 206);
  EXPECT_EQ(at_once->headers.fields(), later.headers.fields());
  EXPECT_EQ(TestClient::text_of(*at_once), TestClient::text_of(later));
  const auto unchanged = client.send_at_once("GET", chunk, {{"If-None-Match", TestClient::header_of(later, "ETag")}});
  ASSERT_TRUE(unchanged.has_value());
  EXPECT_EQ(unchanged->status, 304);
}

TEST(ZarrRoutes, WhatIsNotInMemoryOrNotAllowedIsLeftToAWorker) {
  TestClient client;
  namespace fs = std::filesystem;
  ASSERT_TRUE(os::replace_file(client.root() / "secret.txt", as_byte_view("secret")));
  fs::create_symlink("../secret.txt", client.root() / "scan.ome.zarr/link");
  static_cast<void>(client.get(key_path("link")));
  for (const char* const key : {"", "0", "0/c/9/9/9", "link", "0/c/0/0/0/"}) {
    EXPECT_FALSE(client.send_at_once("GET", key_path(key)).has_value()) << key;
  }
  EXPECT_FALSE(client.send_at_once("GET", "/api/beamport/v1/datasets").has_value());
  EXPECT_FALSE(client.send_at_once("OPTIONS", key_path("zarr.json")).has_value());
}

TEST(ZarrRoutes, AnsweringAtOnceChecksHostAndPermissionToo) {
  TestClient client;
  static_cast<void>(client.get(key_path("zarr.json")));
  const auto wrong_host = client.send_at_once("GET", key_path("zarr.json"), {{"Host", "evil.example"}});
  EXPECT_TRUE(!wrong_host || wrong_host->status == 421);

  ApiOptions closed;
  closed.access = {.anonymous_may_read_datasets = false};
  TestClient stranger(closed);
  const auto refused = stranger.send_at_once("GET", key_path("zarr.json"));
  EXPECT_TRUE(!refused || refused->status == 404);
}

}  // namespace
}  // namespace beamport::api
