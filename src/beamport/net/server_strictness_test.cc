// SPDX-License-Identifier: Apache-2.0
// The table of malformed and ambiguous requests, each sent over a real socket: refused with the expected status, the
// connection closed, the handler never called.

#include <atomic>
#include <ostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/net/server.h"
#include "beamport/net/test_client.h"

namespace beamport::net {
namespace {

// For a body that never becomes whole: there is nobody left to answer.
constexpr int kClosedSilently = 0;

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Case& test_case, std::ostream* out) {
  *out << test_case.name;
}

std::string post(std::string_view fields, std::string_view body = {}) {
  return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n{}", fields, body);
}

std::vector<Case> cases() {
  const std::string long_text(65536, 'a');
  return {
      // The seventeen that the choice of the parser was measured with.
      {"LengthAndTransferEncoding", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"TransferEncodingNotEndingInChunked", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 501},
      {"TransferEncodingUnknown", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"ChunkedOnHttp10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"TwoDifferentLengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"LengthWithPlus", post("Content-Length: +7\r\n", "abcdefg"), 400},
      {"LengthNegative", post("Content-Length: -1\r\n"), 400},
      {"SpaceBeforeColon", post("Content-Length : 3\r\n", "abc"), 400},
      {"BareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"FoldedHeader", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
      {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
      {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"NulInHeader", std::string("GET / HTTP/1.1\r\nHost: a\r\nX: b") + '\0' + "c\r\n\r\n", 400},
      {"HugeHeader", "GET / HTTP/1.1\r\nHost: a\r\nX: " + long_text + "\r\n\r\n", 431},
      {"HugeChunkExtension", post("Transfer-Encoding: chunked\r\n", "1;" + long_text + "\r\na\r\n0\r\n\r\n"), 400},
      {"ChunkSizeOverflow", post("Transfer-Encoding: chunked\r\n", "10000000000000001\r\na\r\n0\r\n\r\n"), 400},
      {"TargetInAbsoluteForm", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      // And relatives of theirs.
      {"TransferEncodingTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"TransferEncodingHiddenByTab", post("Transfer-Encoding:\tchunked, identity\r\n", "0\r\n\r\n"), 501},
      {"LengthTwiceTheSame", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {"LengthList", post("Content-Length: 3, 3\r\n", "abc"), 400},
      {"LengthBeyond64Bits", post("Content-Length: 99999999999999999999\r\n"), 400},
      {"BodyTooLong", post("Content-Length: 1048577\r\n"), 413},
      {"ChunkSizeNotHex", post("Transfer-Encoding: chunked\r\n", "xyz\r\na\r\n0\r\n\r\n"), 400},
      {"ChunkWithBareLineFeed", post("Transfer-Encoding: chunked\r\n", "1\na\n0\n\n"), kClosedSilently},
      {"HugeTarget", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"FoldedFirstHeader", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"EmptyLineFirst", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CarriageReturnInHeader", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
      {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"TargetWithoutSlash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"TargetStar", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"ConnectMethod", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"UnknownMethod", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 505},
      {"NoVersion", "GET /\r\n\r\n", 400},
      {"VersionTwo", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"TlsHello", "\x16\x03\x01\x02", 400},
  };
}

class ServerStrictness : public ::testing::TestWithParam<Case> {};

TEST_P(ServerStrictness, RefusesAndCloses) {
  std::atomic<int> calls{0};
  ServerOptions options;
  options.port = 0;
  auto server = Server::start(options, [&](const Request&, const std::stop_token&) {
    ++calls;
    return Response();
  });
  ASSERT_TRUE(server.has_value()) << server.error().message;
  RawClient client((*server)->port());
  client.send(GetParam().bytes);
  client.finish_sending();
  const auto reply = client.receive();
  EXPECT_EQ(calls, 0);
  if (GetParam().status == kClosedSilently) {
    EXPECT_FALSE(reply.has_value());
    return;
  }
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, GetParam().status) << reply->body;
  EXPECT_EQ(reply->field("Connection"), "close");
  EXPECT_EQ(reply->field("Content-Type"), "application/problem+json");
  EXPECT_TRUE(client.ends_now());
}

INSTANTIATE_TEST_SUITE_P(Requests, ServerStrictness, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace beamport::net
