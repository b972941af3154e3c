// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/message_socket.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace beamport::os {
namespace {

using namespace std::chrono_literals;

std::pair<MessageSocket, MessageSocket> pair() {
  return MessageSocket::create_pair().value();
}

TEST(MessageSocket, KeepsMessagesApart) {
  const auto [ours, theirs] = pair();
  ASSERT_TRUE(ours.send(as_byte_view("one"), {}));
  ASSERT_TRUE(ours.send(as_byte_view("three"), {}));
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(theirs.receive(buffer).value().value().bytes, 3U);
  EXPECT_EQ(theirs.receive(buffer).value().value().bytes, 5U);
  ASSERT_TRUE(theirs.answer(as_byte_view("four")));
  EXPECT_EQ(ours.receive(buffer, 250s).value(), 4U);
  EXPECT_EQ(as_text(ByteView(buffer).first(4)), "four");
}

TEST(MessageSocket, CutsWhatIsTooLong) {
  const auto [ours, theirs] = pair();
  ASSERT_TRUE(ours.send(as_byte_view("0123456789"), {}));
  ASSERT_TRUE(ours.send(as_byte_view("next"), {}));
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(theirs.receive(buffer).value().value().bytes, 4U);
  EXPECT_EQ(theirs.receive(buffer).value().value().bytes, 4U);
  EXPECT_EQ(as_text(buffer), "next");
}

TEST(MessageSocket, CarriesDescriptors) {
  const auto [ours, theirs] = pair();
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const File out = File::adopt(pipe[0], "pipe");
  const File in = File::adopt(pipe[1], "pipe");
  ASSERT_TRUE(ours.send(as_byte_view("here"), std::to_array({pipe[1], pipe[0]})));
  std::array<std::byte, 16> buffer{};
  const auto message = theirs.receive(buffer).value().value();
  ASSERT_EQ(message.descriptors.size(), 2U);
  ASSERT_EQ(::write(message.descriptors[0].descriptor(), "x", 1), 1);
  ASSERT_EQ(::read(message.descriptors[1].descriptor(), buffer.data(), 1), 1);
  EXPECT_EQ(buffer[0], std::byte{'x'});
}

TEST(MessageSocket, SaysWhenTheOtherEndIsClosed) {
  auto ends = pair();
  {
    const MessageSocket gone = std::move(ends.second);
  }
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(ends.first.receive(buffer).value().has_value(), false);
  EXPECT_EQ(ends.first.receive(buffer, 250s).value(), std::nullopt);
  EXPECT_EQ(ends.first.send(as_byte_view("anybody"), {}).error().code, ErrorCode::kUnavailable);
}

TEST(MessageSocket, WaitsNoLongerThanAsked) {
  const auto [ours, theirs] = pair();
  std::array<std::byte, 16> buffer{};
  EXPECT_EQ(ours.receive(buffer, 20ms).error().code, ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace beamport::os
