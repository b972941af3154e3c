// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/strict_check.h"

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

using State = HeadScanner::State;

State scan(std::string_view bytes) {
  HeadScanner scanner;
  return scanner.scan(bytes);
}

TEST(HeadScanner, FindsTheEndWhereverThePiecesAreCut) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX:\tb \xc3\xa9\r\n\r\n";
  const std::string stream = head + "next request";
  for (std::size_t cut = 0; cut < head.size(); ++cut) {
    HeadScanner scanner;
    ASSERT_EQ(scanner.scan(std::string_view(stream).substr(0, cut)), State::kNeedMore) << cut;
    ASSERT_EQ(scanner.scan(stream), State::kComplete) << cut;
    ASSERT_EQ(scanner.head_size(), head.size());
  }
}

TEST(HeadScanner, RefusesWhatTwoServersCouldReadDifferently) {
  EXPECT_EQ(scan("GET / HTTP/1.1\n"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nHost: a\n"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\rH"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\r"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n c"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\tc"), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\n A: b"), State::kMalformed);
  EXPECT_EQ(scan("\r\nGET / HTTP/1.1\r\n"), State::kMalformed);
  EXPECT_EQ(scan(" GET"), State::kMalformed);
}

TEST(HeadScanner, RefusesControlCharactersAtOnce) {
  EXPECT_EQ(scan(std::string_view("GET / HTTP/1.1\r\nA: \0", 20)), State::kMalformed);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: \x7f"), State::kMalformed);
  EXPECT_EQ(scan("GET\t"), State::kMalformed);
  EXPECT_EQ(scan("GET /\xc3\xa9"), State::kMalformed);
  EXPECT_EQ(scan("\x16\x03\x01"), State::kMalformed);  // a TLS client at the wrong port
}

TEST(HeadScanner, SaysWhatIsWrong) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\nA: b\r\n c"), State::kMalformed);
  EXPECT_EQ(scanner.problem(), "a folded header line");
}

Request good_request() {
  Request request;
  request.method = "GET";
  request.target = "/a?b";
  request.headers.add("Host", "localhost:8080");
  return request;
}

int status_of(const Request& request, int version = 11) {
  const auto refusal = check_request(request, version);
  return refusal ? refusal->status : 0;
}

TEST(StrictCheck, LetsOrdinaryRequestsPass) {
  Request request = good_request();
  EXPECT_EQ(status_of(request), 0);
  EXPECT_EQ(status_of(request, 10), 0);
  request.headers.set("Host", "[::1]:8080");
  EXPECT_EQ(status_of(request), 0);
  request.headers.add("Content-Length", "12");
  EXPECT_EQ(status_of(request), 0);
  request = good_request();
  request.headers.add("Transfer-Encoding", "Chunked");
  EXPECT_EQ(status_of(request), 0);
}

TEST(StrictCheck, NeedsExactlyOneHost) {
  Request request = good_request();
  request.headers.add("host", "localhost:8080");
  EXPECT_EQ(status_of(request), 400);
  request.headers = Headers();
  EXPECT_EQ(status_of(request), 400);
  EXPECT_EQ(status_of(request, 10), 0);
  request.headers.set("Host", "a b");
  EXPECT_EQ(status_of(request), 400);
  request.headers.set("Host", "a/b");
  EXPECT_EQ(status_of(request), 400);
}

TEST(StrictCheck, AllowsOneTransferEncodingOnly) {
  Request request = good_request();
  request.headers.add("Transfer-Encoding", "chunked");
  EXPECT_EQ(status_of(request, 10), 400);
  request.headers.add("Transfer-Encoding", "chunked");
  EXPECT_EQ(status_of(request), 501);
  request.headers.set("Transfer-Encoding", "gzip, chunked");
  EXPECT_EQ(status_of(request), 501);
  request.headers.set("Transfer-Encoding", "chunked");
  request.headers.add("Content-Length", "3");
  EXPECT_EQ(status_of(request), 400);
}

TEST(StrictCheck, AllowsOneContentLengthOfDigits) {
  Request request = good_request();
  request.headers.add("Content-Length", "3");
  request.headers.add("Content-Length", "3");
  EXPECT_EQ(status_of(request), 400);
  for (const char* length : {"+3", "-3", "0x3", "3, 3", ""}) {
    request.headers.set("Content-Length", length);
    EXPECT_EQ(status_of(request), 400) << length;
  }
}

TEST(StrictCheck, WantsATargetInOriginForm) {
  Request request = good_request();
  for (const char* target : {"http://a/", "*", "a", "", "/a b", "/a#b", "/\xc3\xa9", "/\x01"}) {
    request.target = target;
    EXPECT_EQ(status_of(request), 400) << target;
  }
  request.target = "/" + std::string(8192, 'a');
  EXPECT_EQ(status_of(request), 414);
}

TEST(StrictCheck, KnowsItsMethodsVersionsAndFieldCharacters) {
  Request request = good_request();
  request.method = "TRACE";
  EXPECT_EQ(status_of(request), 501);
  request.method = "get";
  EXPECT_EQ(status_of(request), 501);
  request = good_request();
  EXPECT_EQ(status_of(request, 20), 505);
  request.headers.add("X", "a\nb");
  EXPECT_EQ(status_of(request), 400);
}

}  // namespace
}  // namespace beamport::net
