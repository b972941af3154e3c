// SPDX-License-Identifier: Apache-2.0
// Many connections at once: random ranges of a file and of memory, every byte compared, with clients that break off.

#include <atomic>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/net/serve_content.h"
#include "beamport/net/server.h"
#include "beamport/net/test_client.h"

namespace beamport::net {
namespace {

constexpr int kThreads = 4;
constexpr int kConnectionsPerThread = 16;
constexpr int kRounds = 12;
constexpr std::size_t kFileBytes = 4'000'000;
constexpr std::size_t kLongestRange = 200'000;

class RandomReader {
 public:
  RandomReader(std::uint16_t port, const std::string& expected, unsigned seed)
      : port_(port), expected_(expected), random_(seed) {
    for (int i = 0; i < kConnectionsPerThread; ++i) clients_.push_back(std::make_unique<RawClient>(port));
  }

  // Every connection has a request under way before the first is read. Returns the number of right answers.
  int read_all() {
    int right = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<ByteRange> ranges;
      for (auto& client : clients_) {
        ranges.push_back(draw_range());
        client->send(
            get(draw(2) == 0 ? "/file" : "/memory", fmt::format("Range: bytes={}-{}\r\n", ranges.back().offset,
                                                                ranges.back().offset + ranges.back().length - 1)));
      }
      for (std::size_t i = 0; i < clients_.size(); ++i) right += finish(clients_[i], ranges[i]) ? 1 : 0;
    }
    return right;
  }

 private:
  std::uint64_t draw(std::uint64_t limit) { return random_() % limit; }

  ByteRange draw_range() {
    const std::uint64_t length = 1 + draw(kLongestRange);
    return {.offset = draw(expected_.size() - length), .length = length};
  }

  bool finish(std::unique_ptr<RawClient>& client, const ByteRange& range) {
    if (draw(8) == 0) {
      (void)client->receive_bytes(draw(1000));
      client = std::make_unique<RawClient>(port_);
      return true;
    }
    const auto reply = client->receive();
    return reply && reply->status == 206 &&
           reply->body == std::string_view(expected_).substr(range.offset, range.length);
  }

  const std::uint16_t port_;
  const std::string& expected_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<RawClient>> clients_;
};

TEST(ServerStress, EveryByteIsRightWhileClientsComeAndGo) {
  const auto bytes = std::make_shared<const std::string>(test_bytes(kFileBytes, 12));
  const TestFile file(*bytes);
  (void)file.evict();
  const int descriptors = open_descriptors();
  {
    ServerOptions options;
    options.port = 0;
    options.network_threads = 2;
    options.worker_threads = 3;
    auto server = Server::start(options, [&](const Request& request, const std::stop_token&) {
      Content content;
      content.body = request.target == "/file" ? Body(file.open()) : Body(SharedBytes{bytes, as_byte_view(*bytes)});
      return serve_content(request, std::move(content));
    });
    ASSERT_TRUE(server.has_value());
    std::atomic<int> right{0};
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        RandomReader reader((*server)->port(), *bytes, i);
        right += reader.read_all();
      });
    }
    threads.clear();
    EXPECT_EQ(right, kThreads * kConnectionsPerThread * kRounds);
    (*server)->stop(std::chrono::seconds(10));
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace beamport::net
