// SPDX-License-Identifier: Apache-2.0
// How a server starts and stops, and how it ends connections whose time is up.

#include <atomic>
#include <future>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/net/server.h"
#include "beamport/net/test_client.h"
#include "beamport/net/test_server.h"

namespace beamport::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ServerDeadlines, ARequestThatStopsHalfwayIsTimedOut) {
  ServerOptions options = options_for_tests();
  options.header_timeout = 1s;
  options.body_timeout = 1s;
  const auto server = start(echo, options);
  RawClient head(server->port());
  RawClient body(server->port());
  RawClient silent(server->port());
  head.send("GET / HTT");
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  const auto head_reply = head.receive();
  ASSERT_TRUE(head_reply.has_value());
  EXPECT_EQ(head_reply->status, 408);
  EXPECT_TRUE(head.ends_now());
  const auto body_reply = body.receive();
  ASSERT_TRUE(body_reply.has_value());
  EXPECT_EQ(body_reply->status, 408);
  EXPECT_TRUE(body.ends_now());
  EXPECT_TRUE(silent.ends_now());
}

TEST(ServerDeadlines, AnIdleConnectionIsClosedSilently) {
  ServerOptions options = options_for_tests();
  options.idle_timeout = 1s;
  const auto server = start(echo, options);
  RawClient client(server->port());
  ASSERT_TRUE(client.request(get("/")).has_value());
  EXPECT_TRUE(client.ends_now());
}

TEST(ServerDeadlines, AClientThatDoesNotReadIsGivenUp) {
  ServerOptions options = options_for_tests();
  options.send_stall_timeout = 1s;
  std::promise<void> released;
  const auto server = start(
      [&](const Request&, const std::stop_token&) {
        const auto* bytes =
            new std::string(50'000'000, 'x');  // NOLINT(bugprone-string-constructor): so large on purpose
        const auto let_go = [&released](const std::string* text) {
          delete text;
          released.set_value();
        };
        Response response;
        response.body = SharedBytes{std::shared_ptr<const std::string>(bytes, let_go), as_byte_view(*bytes)};
        return response;
      },
      options);
  RawClient client(server->port(), 4096);
  client.send(get("/"));
  EXPECT_EQ(released.get_future().wait_for(20s), std::future_status::ready);
}

TEST(ServerStop, EndsIdleConnectionsAtOnce) {
  const auto server = start(echo);
  RawClient kept(server->port());
  RawClient fresh(server->port());
  ASSERT_TRUE(kept.request(get("/")).has_value());
  server->stop(1h);
  EXPECT_TRUE(kept.ends_now());
  EXPECT_TRUE(fresh.ends_now());
  RawClient late(server->port());
  late.send(get("/"));
  EXPECT_FALSE(late.receive().has_value());
}

TEST(ServerStop, LetsARequestFinish) {
  std::binary_semaphore running{0};
  std::binary_semaphore release{0};
  const auto server = start([&](const Request&, const std::stop_token& stop) {
    running.release();
    release.acquire();
    return text(stop.stop_requested() ? "stopped" : "finished");
  });
  RawClient client(server->port());
  RawClient idle(server->port());
  ASSERT_TRUE(idle.request("HEAD a\r\n\r\n").has_value());  // refused, but shows that the connection is open
  client.send(get("/"));
  running.acquire();
  RawClient witness(server->port());
  std::jthread stopper([&] { server->stop(1h); });
  EXPECT_TRUE(witness.ends_now());  // so the server is stopping
  release.release();
  const auto reply = client.receive();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "finished");
  EXPECT_EQ(reply->field("Connection"), "close");
  EXPECT_TRUE(client.ends_now());
}

TEST(ServerStop, CutsAfterTheGrace) {
  std::atomic<bool> asked{false};
  std::binary_semaphore running{0};
  const auto server = start([&](const Request&, const std::stop_token& stop) {
    running.release();
    asked = wait_for_stop(stop);
    return text("too late");
  });
  RawClient client(server->port());
  RawClient half(server->port());
  client.send(get("/"));
  half.send("GET / HTT");
  running.acquire();
  server->stop(50ms);
  EXPECT_TRUE(asked);
  EXPECT_FALSE(client.receive().has_value());
  EXPECT_FALSE(half.receive().has_value());
}

TEST(ServerStop, LeavesNoDescriptorBehind) {
  const TestFile file(test_bytes(1'000'000, 11));
  const int before = open_descriptors();
  {
    const auto server = start([&](const Request&, const std::stop_token&) {
      Response response;
      response.body = file.open();
      return response;
    });
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
      clients.push_back(std::make_unique<RawClient>(server->port(), 4096));
      clients.back()->send(get("/"));
      if (i % 2 == 0) EXPECT_EQ(clients.back()->receive_bytes(10).size(), 10U);
      if (i % 3 == 0) clients.back()->close();
    }
    server->stop(0ms);
    server->stop(0ms);  // harmless
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ServerStart, SaysThatThePortIsTaken) {
  const auto server = start(echo);
  ServerOptions options = options_for_tests();
  options.port = server->port();
  const int before = open_descriptors();
  const auto second = Server::start(options, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("port {}", server->port())));
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ServerStart, RefusesOptionsThatCannotWork) {
  ServerOptions options = options_for_tests();
  options.address = "localhost.example";
  EXPECT_EQ(Server::start(options, echo).error().code, ErrorCode::kInvalidArgument);
  options = options_for_tests();
  options.address = "192.0.2.1";  // an address that no machine has
  EXPECT_EQ(Server::start(options, echo).error().code, ErrorCode::kInvalidArgument);
  options = options_for_tests();
  options.worker_threads = 0;
  EXPECT_EQ(Server::start(options, echo).error().code, ErrorCode::kInvalidArgument);
  options = options_for_tests();
  options.max_header_bytes = 10;
  EXPECT_EQ(Server::start(options, echo).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::net
