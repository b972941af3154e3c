// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/server.h"

#include <atomic>
#include <csignal>
#include <future>
#include <semaphore>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/net/serve_content.h"
#include "beamport/net/test_client.h"
#include "beamport/net/test_server.h"

namespace beamport::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(Server, AnswersWithTheHandlersResponse) {
  const auto server = start(echo);
  RawClient client(server->port());
  const auto reply = client.request(get("/a%20b?c=d"));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "GET /a%20b?c=d ");
  EXPECT_EQ(reply->field("Content-Type"), "text/plain");
  EXPECT_EQ(reply->field("Content-Length"), "15");
  EXPECT_THAT(reply->field("Date"), MatchesRegex("[A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:]+ GMT"));
}

TEST(Server, GivesTheHandlerPeerIdAndHeaders) {
  Request seen;
  const auto server = start([&](const Request& request, const std::stop_token&) {
    seen = request;
    return Response();
  });
  RawClient client(server->port());
  const auto reply = client.request(get("/", "X-One: 1\r\nx-two:2 \r\n"));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.headers.find("x-one"), "1");
  EXPECT_EQ(seen.headers.find("X-Two"), "2");
  EXPECT_THAT(seen.peer, MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
  EXPECT_EQ(seen.id.size(), 24U);
  EXPECT_EQ(reply->field("X-Request-Id"), seen.id);
}

TEST(Server, WhatCanBeAnsweredAtOnceDoesNotWaitForAWorker) {
  std::binary_semaphore entered{0};
  std::binary_semaphore leave{0};
  ServerOptions options = options_for_tests();
  options.worker_threads = 1;
  const auto server = start(
      [&](const Request& request, const std::stop_token& stop) {
        entered.release();
        leave.acquire();
        return echo(request, stop);
      },
      options,
      [](const Request& request) {
        return request.target == "/ready" ? std::optional(text("ready")) : std::optional<Response>();
      });
  RawClient slow(server->port());
  ASSERT_TRUE(slow.send(get("/slow")));
  ASSERT_TRUE(entered.try_acquire_for(20s));
  RawClient quick(server->port());
  for (int i = 0; i < 3; ++i) {
    const auto reply = quick.request(get("/ready"));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->body, "ready");
  }
  leave.release();
  const auto reply = slow.receive();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body, "GET /slow ");
}

TEST(Server, AWorkerAnswersWhenAnsweringAtOnceThrows) {
  const auto server =
      start(echo, options_for_tests(), [](const Request&) -> std::optional<Response> { throw std::bad_alloc(); });
  RawClient client(server->port());
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.request(get("/"));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->body, "GET / ");
  }
}

TEST(Server, KeepsTheConnection) {
  const auto server = start(echo);
  RawClient client(server->port());
  for (int i = 0; i < 5; ++i) {
    const auto reply = client.request(get(fmt::format("/{}", i)));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->body, fmt::format("GET /{} ", i));
    EXPECT_EQ(reply->field("Connection"), "");
  }
}

TEST(Server, ClosesWhenTheClientAsks) {
  const auto server = start(echo);
  RawClient client(server->port());
  const auto reply = client.request(get("/", "Connection: close\r\n"));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->field("Connection"), "close");
  EXPECT_TRUE(client.ends_now());
}

TEST(Server, Http10ClosesUnlessAskedToKeep) {
  const auto server = start(echo);
  RawClient once(server->port());
  ASSERT_TRUE(once.request("GET / HTTP/1.0\r\n\r\n").has_value());
  EXPECT_TRUE(once.ends_now());
  RawClient kept(server->port());
  const auto reply = kept.request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->field("Connection"), "keep-alive");
  EXPECT_TRUE(kept.request("GET / HTTP/1.0\r\n\r\n").has_value());
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const auto server = start(echo);
  RawClient client(server->port());
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += get(fmt::format("/{}", i));
  requests += "POST /last HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  client.send(requests);
  for (int i = 0; i < 200; ++i) {
    const auto reply = client.receive();
    ASSERT_TRUE(reply.has_value());
    ASSERT_EQ(reply->body, fmt::format("GET /{} ", i));
  }
  EXPECT_EQ(client.receive()->body, "POST /last body");
}

TEST(Server, AnswersARequestThatArrivesByteByByte) {
  const auto server = start(echo);
  RawClient client(server->port());
  for (const char byte : get("/slow")) client.send(std::string(1, byte));
  EXPECT_EQ(client.receive()->body, "GET /slow ");
}

TEST(Server, AnswersAClientThatOnlyFinishedSending) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send(get("/"));
  client.finish_sending();
  EXPECT_TRUE(client.receive().has_value());
}

TEST(Server, HeadHasTheLengthWithoutTheBody) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
  const auto head = client.receive(true);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->field("Content-Length"), "8");
  EXPECT_EQ(client.receive()->body, "GET /b ");
}

TEST(Server, NotModifiedHasNoBody) {
  const auto server = start([](const Request&, const std::stop_token&) {
    Response response = text("must not be sent");
    response.status = 304;
    return response;
  });
  RawClient client(server->port());
  client.send(get("/") + get("/"));
  EXPECT_EQ(client.receive(true)->status, 304);
  EXPECT_EQ(client.receive(true)->status, 304);
}

TEST(Server, ReadsBodiesOfBothFramings) {
  const auto server = start(echo);
  RawClient client(server->port());
  const std::string body = test_bytes(300'000, 7);
  const auto sized =
      client.request(fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  ASSERT_TRUE(sized.has_value());
  EXPECT_TRUE(sized->body == "POST / " + body);
  const auto chunked = client.request(
      "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nabcd\r\n2\r\nef\r\n0\r\nHost: "
      "b\r\n\r\n");
  ASSERT_TRUE(chunked.has_value());
  EXPECT_EQ(chunked->body, "PUT /c abcdef");
}

TEST(Server, AsksForABodyThatWaitsToBeWanted) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_bytes(25), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.request("ok")->body, "POST / ok");
}

TEST(Server, RefusesABodyBeyondTheLimit) {
  ServerOptions options = options_for_tests();
  options.max_body_bytes = 1000;
  const auto server = start(echo, options);
  RawClient sized(server->port());
  sized.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_EQ(sized.receive()->status, 413);
  RawClient chunked(server->port());
  chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(4096, 'x'));
  EXPECT_EQ(chunked.receive()->status, 413);
}

TEST(Server, DoesNotResetAClientThatIsStillSendingWhenItIsRefused) {
  ServerOptions options = options_for_tests();
  options.max_body_bytes = 1000;
  const auto server = start(echo, options);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
  EXPECT_EQ(client.receive()->status, 413);
  EXPECT_TRUE(client.ends_now());  // the server has said its last word, but goes on listening
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(client.send(std::string(1000, 'x')));
}

TEST(Server, AThrowingHandlerIsAnInternalError) {
  const auto server =
      start([](const Request&, const std::stop_token&) -> Response { throw std::runtime_error("secret"); });
  RawClient client(server->port());
  const auto reply = client.request(get("/"));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 500);
  EXPECT_THAT(reply->body, HasSubstr("\"code\":\"internal\""));
  EXPECT_THAT(reply->body, ::testing::Not(HasSubstr("secret")));
}

TEST(Server, ServesFilesByRange) {
  const std::string bytes = test_bytes(2'000'000, 8);
  const TestFile file(bytes);
  const auto server = start([&](const Request& request, const std::stop_token&) {
    Content content;
    content.body = file.open();
    content.etag = "\"1\"";
    return serve_content(request, std::move(content));
  });
  RawClient client(server->port());
  EXPECT_TRUE(client.request(get("/"))->body == bytes);
  const auto part = client.request(get("/", "Range: bytes=-70000\r\n"));
  EXPECT_EQ(part->status, 206);
  EXPECT_TRUE(part->body == bytes.substr(bytes.size() - 70'000));
  (void)file.evict();
  EXPECT_TRUE(client.request(get("/"))->body == bytes);
}

TEST(Server, EndsTheConnectionWhenAFileBecameShorter) {
  const TestFile file(test_bytes(100'000, 9));
  const auto server = start([&](const Request&, const std::stop_token&) {
    Response response;
    response.body = file.open();
    file.truncate(10'000);
    return response;
  });
  RawClient client(server->port());
  client.send(get("/"));
  EXPECT_FALSE(client.receive().has_value());
}

TEST(Server, RefusesRequestsBeyondItsQueue) {
  std::counting_semaphore<8> running{0};
  std::counting_semaphore<8> release{0};
  ServerOptions options = options_for_tests();
  options.worker_threads = 1;
  options.max_queued_requests = 1;
  const auto server = start(
      [&](const Request&, const std::stop_token&) {
        running.release();
        release.acquire();
        return text("done");
      },
      options);
  RawClient first(server->port());
  first.send(get("/1"));
  running.acquire();
  // One of these two waits in the queue, the other finds it full.
  RawClient second(server->port());
  RawClient third(server->port());
  second.send(get("/2"));
  third.send(get("/3"));
  std::promise<void> refused;
  std::atomic<int> served{0};
  std::vector<std::jthread> readers;
  for (RawClient* client : {&second, &third}) {
    readers.emplace_back([&, client] {
      const auto reply = client->receive();
      ASSERT_TRUE(reply.has_value());
      if (reply->status == 503) {
        EXPECT_EQ(reply->field("Retry-After"), "1");
        EXPECT_THAT(reply->body, HasSubstr("resource_exhausted"));
        refused.set_value();
      } else {
        ++served;
      }
    });
  }
  const auto outcome = refused.get_future().wait_for(20s);
  release.release(3);
  EXPECT_EQ(outcome, std::future_status::ready);
  EXPECT_EQ(first.receive()->body, "done");
  readers.clear();
  EXPECT_EQ(served, 1);
}

TEST(Server, RefusesConnectionsBeyondItsLimit) {
  ServerOptions options = options_for_tests();
  options.max_connections = 2;
  const auto server = start(echo, options);
  RawClient first(server->port());
  RawClient second(server->port());
  ASSERT_TRUE(first.request(get("/")).has_value());
  ASSERT_TRUE(second.request(get("/")).has_value());
  RawClient third(server->port());
  EXPECT_THAT(third.receive_bytes(100), HasSubstr("503 Service Unavailable"));
  EXPECT_TRUE(first.request(get("/")).has_value());
}

TEST(Server, TellsTheHandlerThatTheClientHasGone) {
  std::promise<bool> stopped;
  std::binary_semaphore running{0};
  const auto server = start([&](const Request&, const std::stop_token& stop) {
    running.release();
    stopped.set_value(wait_for_stop(stop));
    return Response();
  });
  RawClient client(server->port());
  client.send(get("/") + get("/pipelined"));
  running.acquire();
  client.close();
  EXPECT_TRUE(stopped.get_future().get());
}

TEST(Server, SurvivesClientsThatBreakOff) {
  ::signal(SIGPIPE, SIG_DFL);  // what a program starts with; the server must see to it
  const TestFile file(test_bytes(8'000'000, 10));
  const auto server = start([&](const Request&, const std::stop_token&) {
    Response response;
    response.body = file.open();
    return response;
  });
  for (int i = 0; i < 30; ++i) {
    RawClient client(server->port(), 4096);
    client.send(get("/"));
    EXPECT_EQ(client.receive_bytes(100).size(), 100U);
    // An end of sending and then a reset make the server's next write a broken pipe and not only a reset.
    if (i % 2 == 0) client.finish_sending();
    client.close();
  }
  RawClient client(server->port());
  EXPECT_EQ(client.request(get("/"))->body.size(), 8'000'000U);
}

}  // namespace
}  // namespace beamport::net
