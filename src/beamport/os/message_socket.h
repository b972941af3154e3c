// SPDX-License-Identifier: Apache-2.0
#pragma once

// One end of a pair of connected local sockets that keep messages apart and can carry descriptors. The end in a sandbox
// needs no more than recvmsg, write and close (see sandbox.h). One thread at a time. Source: unix(7).

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/os/file.h"

namespace beamport::os {

class MessageSocket {
 public:
  static constexpr std::size_t kMaxDescriptors = 4;

  struct Message {
    std::size_t bytes = 0;  // in the buffer; a longer message was cut
    std::vector<File> descriptors;
  };

  [[nodiscard]] static Result<std::pair<MessageSocket, MessageSocket>> create_pair();
  /// Takes over a descriptor that was inherited.
  [[nodiscard]] static MessageSocket adopt(int descriptor) { return MessageSocket(descriptor); }

  [[nodiscard]] int descriptor() const noexcept { return socket_.descriptor(); }

  /// Does not wait: kUnavailable when the other end is gone or does not read.
  [[nodiscard]] Result<void> send(ByteView message, std::span<const int> descriptors) const;

  /// The same for the end in a sandbox; waits.
  [[nodiscard]] Result<void> answer(ByteView message) const;

  /// Waits for a message; nothing when the other end is closed.
  [[nodiscard]] Result<std::optional<Message>> receive(MutableByteView to) const;

  /// The same without taking descriptors: kDeadlineExceeded when none came in that time.
  [[nodiscard]] Result<std::optional<std::size_t>> receive(MutableByteView to, std::chrono::milliseconds at_most) const;

 private:
  explicit MessageSocket(int descriptor) : socket_(File::adopt(descriptor, "socket")) {}

  File socket_;
};

}  // namespace beamport::os
