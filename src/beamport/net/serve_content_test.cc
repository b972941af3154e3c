// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/serve_content.h"

#include <gtest/gtest.h>

#include "beamport/net/test_client.h"

namespace beamport::net {
namespace {

Request request_for(std::string method, const std::vector<Headers::Field>& fields = {}) {
  Request request;
  request.method = std::move(method);
  request.target = "/object";
  request.id = "id-1";
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

Content content_of(std::string_view text) {
  const auto owner = std::make_shared<const std::string>(text);
  Content content;
  content.body = SharedBytes{owner, as_byte_view(*owner)};
  content.content_type = "application/octet-stream";
  content.etag = "\"v1\"";
  content.cache_control = "no-cache";
  content.extra.add("Vary", "Accept-Encoding");
  return content;
}

std::string text_of(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  return std::string(as_text(std::get<SharedBytes>(response.body).bytes));
}

TEST(ServeContent, GivesTheWholeObject) {
  const Response response = serve_content(request_for("GET"), content_of("0123456789"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_of(response), "0123456789");
  EXPECT_EQ(response.headers.find("ETag"), "\"v1\"");
  EXPECT_EQ(response.headers.find("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.headers.find("Content-Type"), "application/octet-stream");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
  EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
  EXPECT_EQ(response.headers.find("Content-Range"), std::nullopt);
}

TEST(ServeContent, HeadKeepsTheBodyForItsLengthAndIgnoresRanges) {
  const Response response = serve_content(request_for("HEAD", {{"Range", "bytes=0-1"}}), content_of("0123456789"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body_size(response.body), 10U);
}

TEST(ServeContent, GivesAPart) {
  const Response response = serve_content(request_for("GET", {{"Range", "bytes=2-4"}}), content_of("0123456789"));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(text_of(response), "234");
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(response.headers.find("ETag"), "\"v1\"");
}

TEST(ServeContent, GivesTheLastBytes) {
  const Response response = serve_content(request_for("GET", {{"Range", "bytes=-3"}}), content_of("0123456789"));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(text_of(response), "789");
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 7-9/10");
}

TEST(ServeContent, ClipsARangeBeyondTheEnd) {
  const Response response = serve_content(request_for("GET", {{"Range", "bytes=8-100"}}), content_of("0123456789"));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(text_of(response), "89");
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 8-9/10");
}

TEST(ServeContent, RefusesARangeThatBeginsBeyondTheEnd) {
  const Response response = serve_content(request_for("GET", {{"Range", "bytes=10-"}}), content_of("0123456789"));
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes */10");
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_NE(text_of(response).find("\"code\":\"range_not_satisfiable\""), std::string::npos);
  EXPECT_NE(text_of(response).find("id-1"), std::string::npos);
}

TEST(ServeContent, IgnoresMalformedAndMultipleRanges) {
  for (const char* range : {"bytes=a-b", "bytes=0-1,3-4", "lines=0-1"}) {
    const Response response = serve_content(request_for("GET", {{"Range", range}}), content_of("0123456789"));
    EXPECT_EQ(response.status, 200) << range;
    EXPECT_EQ(text_of(response), "0123456789") << range;
  }
}

TEST(ServeContent, AnEmptyObjectIsServed) {
  EXPECT_EQ(serve_content(request_for("GET"), content_of("")).status, 200);
  EXPECT_EQ(serve_content(request_for("GET", {{"Range", "bytes=-5"}}), content_of("")).status, 200);
  const Response beyond = serve_content(request_for("GET", {{"Range", "bytes=0-"}}), content_of(""));
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.headers.find("Content-Range"), "bytes */0");
}

TEST(ServeContent, SaysNotModifiedToAClientThatHasIt) {
  for (const char* method : {"GET", "HEAD"}) {
    const Response response =
        serve_content(request_for(method, {{"If-None-Match", R"("v0", W/"v1")"}}), content_of("0123456789"));
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(body_size(response.body), 0U);
    EXPECT_EQ(response.headers.find("ETag"), "\"v1\"");
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(serve_content(request_for("GET", {{"If-None-Match", "\"v2\""}}), content_of("x")).status, 200);
}

TEST(ServeContent, NotModifiedGoesBeforeTheRange) {
  const Request request = request_for("GET", {{"If-None-Match", "\"v1\""}, {"Range", "bytes=99-"}});
  EXPECT_EQ(serve_content(request, content_of("0123456789")).status, 304);
}

TEST(ServeContent, IfRangeDecidesBetweenPartAndWhole) {
  const auto status_for = [](const char* if_range) {
    return serve_content(request_for("GET", {{"Range", "bytes=0-1"}, {"If-Range", if_range}}), content_of("0123"))
        .status;
  };
  EXPECT_EQ(status_for("\"v1\""), 206);
  EXPECT_EQ(status_for("\"v0\""), 200);
  EXPECT_EQ(status_for("W/\"v1\""), 200);
  EXPECT_EQ(status_for("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
  const Request beyond = request_for("GET", {{"Range", "bytes=99-"}, {"If-Range", "\"v0\""}});
  EXPECT_EQ(serve_content(beyond, content_of("0123")).status, 200);
}

TEST(ServeContent, WithoutATagIfRangeNeverMatches) {
  Content content = content_of("0123");
  content.etag.clear();
  const Response response =
      serve_content(request_for("GET", {{"Range", "bytes=0-1"}, {"If-Range", ""}}), std::move(content));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("ETag"), std::nullopt);
}

TEST(ServeContent, OtherMethodsAreNotAllowed) {
  const Response response = serve_content(request_for("DELETE"), content_of("0123"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD");
}

TEST(ServeContent, SelectsInsideAPartOfAFile) {
  const TestFile file("0123456789");
  Content content;
  FileBody body = file.open();
  body.select({2, 6});  // the object is "234567"
  content.body = std::move(body);
  const Response response = serve_content(request_for("GET", {{"Range", "bytes=-2"}}), std::move(content));
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(std::get<FileBody>(response.body).range(), (ByteRange{6, 2}));
  EXPECT_EQ(response.headers.find("Content-Range"), "bytes 4-5/6");
}

TEST(ServeContent, SelectsInsideText) {
  Content content;
  content.body = std::string("0123456789");
  EXPECT_EQ(text_of(serve_content(request_for("GET", {{"Range", "bytes=4-5"}}), std::move(content))), "45");
}

}  // namespace
}  // namespace beamport::net
