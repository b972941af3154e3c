// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/text_feed.h"

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/net/test_client.h"
#include "beamport/net/test_server.h"

namespace beamport::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

Handler serving(std::shared_ptr<TextFeed> feed) {
  return [feed = std::move(feed)](const Request&, const std::stop_token&) {
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.body = feed;
    return response;
  };
}

/// What comes until the connection ends.
std::string rest_of(RawClient& client) {
  return client.receive_bytes(std::size_t{1} << 24);
}

template <typename Condition>
bool comes_true(const Condition& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

TEST(TextFeed, ArrivesAsItIsPushedAndEndsTheConnection) {
  const auto feed = std::make_shared<TextFeed>();
  ASSERT_TRUE(feed->push("before\n"));
  const auto server = start(serving(feed));
  RawClient client(server->port());
  ASSERT_TRUE(client.send(get("/")));
  const std::string begin = client.receive_bytes(40);
  EXPECT_THAT(begin, HasSubstr("HTTP/1.1 200 OK"));
  ASSERT_TRUE(feed->push("one\n"));
  ASSERT_TRUE(feed->push("two\n"));
  feed->close();
  EXPECT_FALSE(feed->push("late\n"));
  const std::string all = begin + rest_of(client);
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(all, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\nbefore\none\ntwo\n"));
}

TEST(TextFeed, ManyPushersAndClients) {
  std::vector<std::shared_ptr<TextFeed>> feeds;
  std::mutex mutex;
  const auto server = start([&](const Request& request, const std::stop_token& stop) {
    auto feed = std::make_shared<TextFeed>();
    {
      const std::lock_guard lock(mutex);
      feeds.push_back(feed);
    }
    return serving(feed)(request, stop);
  });
  constexpr int kClients = 8;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    ASSERT_TRUE(clients.back()->send(get("/")));
  }
  ASSERT_TRUE(comes_true([&] {
    const std::lock_guard lock(mutex);
    return feeds.size() == kClients;
  }));
  {
    std::vector<std::jthread> pushers;
    for (int i = 0; i < 3; ++i) {
      pushers.emplace_back([&] {
        for (int k = 0; k < 500; ++k) {
          for (const auto& feed : feeds) EXPECT_TRUE(feed->push("x"));
        }
      });
    }
  }
  for (const auto& feed : feeds) feed->close();
  for (const auto& client : clients) {
    const std::string all = rest_of(*client);
    EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 1500U);
  }
}

TEST(TextFeed, AClientThatHasGoneIsNoticedWithoutAPush) {
  const auto feed = std::make_shared<TextFeed>();
  const auto server = start(serving(feed));
  {
    RawClient client(server->port());
    ASSERT_TRUE(client.send(get("/")));
    ASSERT_FALSE(client.receive_bytes(20).empty());
  }
  EXPECT_TRUE(comes_true([&] { return !feed->push(""); }));
}

TEST(TextFeed, AClientThatDoesNotReadIsCutOff) {
  const auto feed = std::make_shared<TextFeed>();
  const auto server = start(serving(feed));
  RawClient client(server->port(), 4096);
  ASSERT_TRUE(client.send(get("/")));
  const std::string piece(64 * 1024, 'x');
  bool taken = true;
  for (int i = 0; i < 1000 && taken; ++i) taken = feed->push(piece);
  EXPECT_FALSE(taken) << "64 MB were kept for a client that reads nothing";
}

TEST(TextFeed, SilenceIsFilledWithTheKeepAliveText) {
  const auto feed = std::make_shared<TextFeed>(TextFeed::KeepAlive{":\n\n", 20ms});
  const auto server = start(serving(feed));
  RawClient client(server->port());
  ASSERT_TRUE(client.send(get("/")));
  std::string seen;
  while (seen.find(":\n\n:\n\n") == std::string::npos) {
    const std::string more = client.receive_bytes(1);
    ASSERT_FALSE(more.empty());
    seen += more;
  }
}

TEST(TextFeed, AStoppingServerDoesNotWaitForIt) {
  const auto feed = std::make_shared<TextFeed>();
  const auto server = start(serving(feed));
  RawClient client(server->port());
  ASSERT_TRUE(client.send(get("/")));
  ASSERT_FALSE(client.receive_bytes(20).empty());
  server->stop(24h);  // a server that waits for the feed never ends this test
  EXPECT_FALSE(feed->push("x"));
}

TEST(TextFeed, HeadGetsTheFieldsOnly) {
  const auto feed = std::make_shared<TextFeed>();
  ASSERT_TRUE(feed->push("text"));
  const auto server = start(serving(feed));
  RawClient client(server->port());
  ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_THAT(rest_of(client), testing::EndsWith("\r\n\r\n"));
  EXPECT_FALSE(feed->push("more"));
}

}  // namespace
}  // namespace beamport::net
