// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/app.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/router.h"
#include "beamport/api/routes.h"
#include "beamport/api/test_dataset.h"

namespace beamport::api {
namespace {

using testing::HasSubstr;

std::string code_of(const net::Response& response) {
  const Json problem = TestClient::json_of(response);
  return problem.is_object() && problem.get_object().contains("code")
             ? std::string(std::string_view(problem.at("code").get_string()))
             : "";
}

TEST(Api, FailsToStartWithoutADataFolder) {
  ApiOptions options;
  options.data_root = "/no/such/folder";
  EXPECT_FALSE(Api::create(options));
}

TEST(Api, AnswersOnlyUnderKnownNames) {
  ApiOptions options;
  options.allowed_hosts = {"tomo.example.org"};
  TestClient client(std::move(options));
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.get("/healthz", {{"Host", "tomo.example.org"}}).status, 200);
  for (const char* const host : {"evil.example", "", "localhost.evil.example:8080"}) {
    const net::Response refused = client.get("/api/beamport/v1/datasets", {{"Host", host}});
    EXPECT_EQ(refused.status, 421) << host;
    EXPECT_EQ(code_of(refused), "host_not_allowed");
  }
}

TEST(Api, EveryAnswerCarriesTheSecurityHeaders) {
  TestClient client;
  for (const char* const target : {"/", "/healthz", "/nothing", "/api/beamport/v1/datasets", "/%zz"}) {
    const net::Response response = client.get(target);
    EXPECT_EQ(TestClient::header_of(response, "X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(TestClient::header_of(response, "Referrer-Policy"), "same-origin") << target;
    EXPECT_EQ(TestClient::header_of(response, "Cross-Origin-Resource-Policy"), "same-origin") << target;
    EXPECT_THAT(TestClient::header_of(response, "Content-Security-Policy"), HasSubstr("frame-ancestors 'none'"));
  }
  EXPECT_THAT(TestClient::header_of(client.get("/"), "Content-Security-Policy"), HasSubstr("script-src 'self'"));
  EXPECT_THAT(TestClient::header_of(client.get("/healthz"), "Content-Security-Policy"),
              HasSubstr("default-src 'none'"));
}

TEST(Api, WhatIsNotThereIsAProblemDocument) {
  TestClient client;
  const net::Response response = client.get("/api/beamport/v2/datasets");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(TestClient::header_of(response, "Content-Type"), "application/problem+json");
  EXPECT_EQ(TestClient::json_of(response).at("request_id"), "request-1");
  EXPECT_EQ(code_of(response), "not_found");
}

TEST(Api, AMalformedTargetIsRefused) {
  TestClient client;
  for (const char* const target : {"/a//b", "/..", "/%2e%2e/x", "/a%2fb", "/%00", "/%zz", "http://x/"}) {
    EXPECT_EQ(client.get(target).status, 400) << target;
  }
}

TEST(Api, WrongMethodsAreToldTheRightOnes) {
  TestClient client;
  const net::Response response = client.send("DELETE", "/api/beamport/v1/datasets");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(code_of(response), "method_not_allowed");
  EXPECT_EQ(TestClient::header_of(response, "Allow"), "GET, HEAD, OPTIONS");
  const net::Response options = client.send("OPTIONS", "/api/beamport/v1/datasets");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(TestClient::header_of(options, "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(TestClient::header_of(options, "Access-Control-Allow-Origin"), "(none)");
}

TEST(Api, UnknownQueryParametersAreRefused) {
  TestClient client;
  const net::Response response = client.get("/api/beamport/v1/datasets?colour=1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(TestClient::json_of(response).at("field"), "colour");
  EXPECT_EQ(client.get("/?utm_source=x").status, 200) << "pages take any";
}

TEST(Api, LongTextIsCompressedForThoseWhoTakeIt) {
  TestClient client;
  const net::Response plain = client.get("/api/beamport/v1/openapi.json");
  const net::Response packed = client.get("/api/beamport/v1/openapi.json", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(TestClient::header_of(plain, "Content-Encoding"), "(none)");
  EXPECT_EQ(TestClient::header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(TestClient::header_of(plain, "Vary"), "Accept-Encoding");
  EXPECT_LT(net::body_size(packed.body), net::body_size(plain.body) / 3);
  const std::string etag = TestClient::header_of(packed, "ETag");
  EXPECT_EQ(TestClient::header_of(plain, "ETag"), etag);
  EXPECT_EQ(client.get("/api/beamport/v1/openapi.json", {{"If-None-Match", etag}}).status, 304);
}

// Deny by default, over the whole table: whatever row is added later is in these two tests at once.

TEST(Permissions, AnyRowWithoutOneStopsTheServer) {
  const std::size_t rows = all_endpoints().size();
  ASSERT_GT(rows, 8U);
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<Endpoint> table = all_endpoints();
    table[i].text.permission = Permission::kUndeclared;
    const std::string path(table[i].text.path);
    const auto router = Router::build(std::move(table));
    ASSERT_FALSE(router) << path;
    EXPECT_THAT(router.error().message, HasSubstr(path));
  }
}

/// A target that the row's template matches, for the dataset of the tests.
std::string example_of(std::string path, const std::string& id) {
  const std::vector<std::pair<std::string, std::string>> values{
      {"{id}", id},      {"{version}", std::string(TestDataset::kVersion)},
      {"{plane}", "xy"}, {"{level}", "0"},
      {"{index}", "0"},  {"{tx}", "0"},
      {"{ty}", "0"},     {"{format}", "jpg"},
      {"{z}", "0"},      {"{y}", "0"},
      {"{x}", "0"},      {"{key...}", "zarr.json"}};
  for (const auto& [name, value] : values) {
    if (const std::size_t at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
  }
  return path.find("/bricks/") == std::string::npos ? path : path + "?at=0.0.0";
}

TEST(Permissions, WhoMayNotReadCannotTellADatasetFromNothing) {
  TestClient open;
  TestClient closed(ApiOptions{.access = AccessPolicy{}});
  const std::string id = id_of("scan.ome.zarr");
  const std::string absent(24, '0');
  int rows = 0;
  for (const Endpoint& endpoint : all_endpoints()) {
    if (endpoint.text.permission != Permission::kReadDataset) continue;
    ++rows;
    const std::string path(endpoint.text.path);
    EXPECT_EQ(open.get(example_of(path, id)).status, 200) << path;
    const net::Response hidden = closed.get(example_of(path, id));
    EXPECT_EQ(hidden.status, 404) << path;
    if (path.find("{id}") == std::string::npos) continue;
    std::string like_absent = TestClient::text_of(open.get(example_of(path, absent)));
    const std::size_t at = like_absent.find(absent);
    ASSERT_NE(at, std::string::npos) << like_absent;
    EXPECT_EQ(TestClient::text_of(hidden), like_absent.replace(at, absent.size(), id)) << path;
  }
  EXPECT_EQ(rows, 6);
  EXPECT_EQ(closed.get("/healthz").status, 200);
}

}  // namespace
}  // namespace beamport::api
