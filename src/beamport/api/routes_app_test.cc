// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/test_dataset.h"
#include "beamport/api/web_app.h"

namespace beamport::api {
namespace {

using testing::HasSubstr;

const std::array<EmbeddedFile, 3> kFiles{{{"index.html", as_byte_view("<!doctype html>the app")},
                                          {"assets/index-1a2b.js", as_byte_view("export {}")},
                                          {"beamport.svg", as_byte_view("<svg/>")}}};

TEST(AppRoutes, PagesGetTheIndexAndAskAgainEachTime) {
  TestClient client(ApiOptions{.embedded_files = kFiles});
  for (const char* const target : {"/", "/d/0123456789abcdef01234567", "/d/0123456789abcdef01234567?plane=xy&z=3"}) {
    const net::Response page = client.get(target);
    EXPECT_EQ(page.status, 200) << target;
    EXPECT_EQ(TestClient::text_of(page), "<!doctype html>the app");
    EXPECT_EQ(TestClient::header_of(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(TestClient::header_of(page, "Cache-Control"), "no-cache");
    EXPECT_EQ(TestClient::header_of(page, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_THAT(TestClient::header_of(page, "Content-Security-Policy"),
                HasSubstr("default-src 'self'; img-src 'self' data: blob:;"));
  }
  EXPECT_EQ(client.get("/d/nonsense").status, 404);
}

TEST(AppRoutes, AnUnchangedPageKeepsThePolicyItCameWith) {
  TestClient client(ApiOptions{.embedded_files = kFiles});
  const std::string etag = TestClient::header_of(client.get("/"), "ETag");
  const net::Response unchanged = client.get("/", {{"If-None-Match", etag}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.headers.find("Content-Security-Policy"), std::nullopt);
}

TEST(AppRoutes, AssetsNeverChange) {
  TestClient client(ApiOptions{.embedded_files = kFiles});
  const net::Response script = client.get("/assets/index-1a2b.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(TestClient::header_of(script, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(TestClient::header_of(script, "Cache-Control"), "public, max-age=31536000, immutable");
  const std::string etag = TestClient::header_of(script, "ETag");
  EXPECT_EQ(client.get("/assets/index-1a2b.js", {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(client.get("/assets/index-9999.js").status, 404);
  const net::Response icon = client.get("/beamport.svg");
  EXPECT_EQ(TestClient::header_of(icon, "Content-Type"), "image/svg+xml");
  EXPECT_EQ(TestClient::header_of(icon, "Cache-Control"), "no-cache");
  EXPECT_EQ(client.get("/index.htm").status, 404);
}

TEST(AppRoutes, WithoutAFrontEndThePageSaysSo) {
  TestClient client;
  const net::Response page = client.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(TestClient::text_of(page), HasSubstr("no web front end inside"));
}

}  // namespace
}  // namespace beamport::api
