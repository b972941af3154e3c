// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/message_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "beamport/base/check.h"

namespace beamport::os {
namespace {

Failure socket_error(int error_number, std::string_view action) {
  if (error_number == EPIPE || error_number == ECONNRESET || error_number == EAGAIN) {
    return fail(ErrorCode::kUnavailable, "the other end of the socket is gone or does not listen");
  }
  return system_error(error_number, action, "socket");
}

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * MessageSocket::kMaxDescriptors)> bytes{};
};

std::vector<File> descriptors_of(msghdr& header) {
  std::vector<File> files;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      files.push_back(File::adopt(descriptor, "the file"));
    }
  }
  return files;
}

}  // namespace

Result<std::pair<MessageSocket, MessageSocket>> MessageSocket::create_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error(errno, "make", "a pair of sockets");
  }
  return std::pair(MessageSocket(ends[0]), MessageSocket(ends[1]));
}

Result<void> MessageSocket::send(ByteView message, std::span<const int> descriptors) const {
  BEAMPORT_CHECK(descriptors.size() <= kMaxDescriptors);
  iovec piece{const_cast<std::byte*>(message.data()), message.size()};
  Control control;
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(descriptor(), &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return socket_error(errno, "send to");
  return {};
}

Result<void> MessageSocket::answer(ByteView message) const {
  ssize_t sent = -1;
  do {
    sent = ::write(descriptor(), message.data(), message.size());
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return socket_error(errno, "write to");
  return {};
}

Result<std::optional<MessageSocket::Message>> MessageSocket::receive(MutableByteView to) const {
  iovec piece{to.data(), to.size()};
  Control control;
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t got = -1;
  do {
    got = ::recvmsg(descriptor(), &header, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno != ECONNRESET) return socket_error(errno, "receive from");
  if (got <= 0) return std::nullopt;
  return Message{static_cast<std::size_t>(got), descriptors_of(header)};
}

Result<std::optional<std::size_t>> MessageSocket::receive(MutableByteView to, std::chrono::milliseconds at_most) const {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (true) {
    pollfd here{descriptor(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const int ready = ::poll(&here, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno != EINTR) return socket_error(errno, "wait for");
    if (ready > 0) {
      // Without room for them, descriptors are closed by the kernel.
      const ssize_t got = ::recv(descriptor(), to.data(), to.size(), MSG_DONTWAIT);
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == 0 || errno == ECONNRESET) return std::nullopt;
      if (errno != EAGAIN && errno != EINTR) return socket_error(errno, "receive from");
    }
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorCode::kDeadlineExceeded, "no answer in time");
    }
  }
}

}  // namespace beamport::os
