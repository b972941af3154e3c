// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/response_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/net/problem.h"

namespace beamport::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HttpDate, HasTheFixedForm) {
  EXPECT_EQ(format_http_date(std::chrono::system_clock::from_time_t(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(std::chrono::system_clock::from_time_t(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(ResponseHead, IsExact) {
  Response response;
  response.status = 206;
  response.headers.add("ETag", "\"a\"");
  response.body = std::string("12345");
  EXPECT_EQ(format_response_head(response, "DATE", "close", "ID"),
            "HTTP/1.1 206 Partial Content\r\nDate: DATE\r\nContent-Length: 5\r\nConnection: close\r\n"
            "X-Request-Id: ID\r\nETag: \"a\"\r\n\r\n");
}

TEST(ResponseHead, HasNoLengthWhereThereIsNoBody) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    EXPECT_THAT(format_response_head(response, "DATE", "", "ID"), Not(HasSubstr("Content-Length")));
  }
}

TEST(ResponseHead, KeepsFramingInTheServersHands) {
  Response response;
  response.headers.add("content-length", "99");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("connection", "upgrade");
  response.headers.add("X-Request-Id", "mine");
  const std::string head = format_response_head(response, "DATE", "", "ID");
  EXPECT_EQ(head, "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nX-Request-Id: mine\r\n\r\n");
}

TEST(ResponseHead, LeavesOutFieldsThatWouldBreakIt) {
  Response response;
  response.headers.add("X-A", "a\r\nSet-Cookie: b");
  response.headers.add("X B", "b");
  EXPECT_EQ(format_response_head(response, "DATE", "", "ID"),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nX-Request-Id: ID\r\n\r\n");
}

TEST(Problem, IsADocumentWithTheIdOfTheRequest) {
  const Response response = make_problem(404, "not_found", "no dataset \"x\"", "0123");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(std::get<std::string>(response.body),
            R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found",)"
            R"("detail":"no dataset \"x\"","request_id":"0123"})");
}

}  // namespace
}  // namespace beamport::net
