// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/transfer.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "beamport/net/test_client.h"

namespace beamport::net {
namespace {

using Step = Transfer::Step;

struct SocketPair {
  SocketPair() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    ::signal(SIGPIPE, SIG_IGN);
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;
  ~SocketPair() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }

  void close_reader() { ::close(std::exchange(ends[1], -1)); }

  bool drain(std::string& received) const {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(ends[1], buffer.data(), buffer.size(), 0);
    if (got > 0) received.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  std::array<int, 2> ends{-1, -1};
};

struct Outcome {
  std::string received;
  int cold = 0;
  int blocked = 0;
  Step last = Step::kProgress;
};

Outcome run(Transfer& transfer) {
  SocketPair sockets;
  Outcome outcome;
  do {
    outcome.last = transfer.step(sockets.ends[0]);
    if (outcome.last == Step::kCold) {
      ++outcome.cold;
      transfer.warm();
    }
    if (outcome.last == Step::kBlocked) {
      ++outcome.blocked;
      EXPECT_TRUE(sockets.drain(outcome.received));
    }
  } while (outcome.last != Step::kDone && outcome.last != Step::kFailed);
  while (sockets.drain(outcome.received)) {
  }
  return outcome;
}

TEST(Transfer, SendsHeadAndMemory) {
  const std::string body = test_bytes(3'000'000, 1);
  Transfer transfer("head", body);
  const Outcome outcome = run(transfer);
  EXPECT_EQ(outcome.last, Step::kDone);
  EXPECT_GT(outcome.blocked, 0);
  EXPECT_TRUE(outcome.received == "head" + body);
}

TEST(Transfer, SendsTheHeadAlone) {
  Transfer transfer("head", Body());
  EXPECT_EQ(run(transfer).received, "head");
}

TEST(Transfer, SendsAPartOfAFile) {
  const std::string bytes = test_bytes(3'000'000, 2);
  const TestFile file(bytes);
  FileBody body = file.open();
  body.select({1001, 2'500'000});
  Transfer transfer("head", std::move(body));
  const Outcome outcome = run(transfer);
  EXPECT_EQ(outcome.last, Step::kDone);
  EXPECT_TRUE(outcome.received == "head" + bytes.substr(1001, 2'500'000));
}

TEST(Transfer, SendsAnEmptyFile) {
  const TestFile file("");
  Transfer transfer("head", file.open());
  const Outcome outcome = run(transfer);
  EXPECT_EQ(outcome.last, Step::kDone);
  EXPECT_EQ(outcome.received, "head");
}

TEST(Transfer, AsksForAColdFileToBeRead) {
  const std::string bytes = test_bytes(1'500'000, 3);
  const TestFile file(bytes);
  if (!file.evict()) GTEST_SKIP() << "this file system does not let its pages go or cannot tell";
  Transfer transfer("head", file.open());
  const Outcome outcome = run(transfer);
  EXPECT_EQ(outcome.last, Step::kDone);
  EXPECT_GT(outcome.cold, 0);
  EXPECT_TRUE(outcome.received == "head" + bytes);
}

TEST(Transfer, DoesNotAskAgainForAWarmFile) {
  const TestFile file(test_bytes(1'500'000, 4));
  Transfer first("", file.open());
  (void)run(first);
  if (!file.evict()) GTEST_SKIP() << "this file system does not let its pages go or cannot tell";
  Transfer second("", file.open());
  EXPECT_GT(run(second).cold, 0);
  Transfer third("", file.open());
  EXPECT_EQ(run(third).cold, 0);
}

TEST(Transfer, FailsWhenTheFileBecameShorter) {
  const TestFile file(test_bytes(100'000, 5));
  Transfer transfer("head", file.open());
  file.truncate(50'000);
  const Outcome outcome = run(transfer);
  EXPECT_EQ(outcome.last, Step::kFailed);
  EXPECT_EQ(outcome.received.size(), 50'004U);
}

TEST(Transfer, FailsWhenTheReaderHasGone) {
  const TestFile file(test_bytes(100'000, 6));
  SocketPair sockets;
  sockets.close_reader();
  Transfer memory("head", std::string("body"));
  EXPECT_EQ(memory.step(sockets.ends[0]), Step::kFailed);
  Transfer from_file("", file.open());
  EXPECT_EQ(from_file.step(sockets.ends[0]), Step::kFailed);
}

}  // namespace
}  // namespace beamport::net
