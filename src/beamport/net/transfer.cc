// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/transfer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace beamport::net {
namespace {

// Large enough to make the probes cheap, small enough that one cold piece is a short wait.
constexpr std::uint64_t kPieceBytes = std::uint64_t{512} * 1024;
constexpr std::size_t kWarmBufferBytes = std::size_t{64} * 1024;

Transfer::Step step_after_error(int error) noexcept {
  if (error == EAGAIN || error == EWOULDBLOCK) return Transfer::Step::kBlocked;
  if (error == EINTR) return Transfer::Step::kProgress;
  return Transfer::Step::kFailed;
}

// sendmsg only reads through the vector although its type does not say so.
iovec vector_of(ByteView bytes) noexcept {
  return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

Transfer::Transfer(std::string head, Body body) : head_(std::move(head)), body_(std::move(body)) {
  if (const auto* text = std::get_if<std::string>(&body_)) memory_ = as_byte_view(*text);
  if (const auto* shared = std::get_if<SharedBytes>(&body_)) memory_ = shared->bytes;
  if (const auto* file = std::get_if<FileBody>(&body_)) {
    file_ = file->descriptor();
    file_offset_ = file->range().offset;
    file_end_ = file_offset_ + file->range().length;
  }
}

Transfer::Step Transfer::step(int socket) noexcept {
  if (memory_sent_ < head_.size() + memory_.size()) return send_memory(socket);
  if (file_offset_ < file_end_) return send_file(socket);
  return Step::kDone;
}

Transfer::Step Transfer::send_memory(int socket) noexcept {
  const std::size_t head_sent = std::min<std::size_t>(memory_sent_, head_.size());
  std::array<iovec, 2> parts{vector_of(as_byte_view(head_).subspan(head_sent)),
                             vector_of(memory_.subspan(memory_sent_ - head_sent))};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  // MSG_MORE: the first bytes of the file share the head's packet.
  const int more = file_offset_ < file_end_ ? MSG_MORE : 0;
  const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | more);
  if (sent < 0) return step_after_error(errno);
  memory_sent_ += static_cast<std::uint64_t>(sent);
  return Step::kProgress;
}

Transfer::Step Transfer::send_file(int socket) noexcept {
  if (file_offset_ >= warm_until_) {
    const std::uint64_t end = file_offset_ + next_piece();
    if (!is_warm(file_offset_) || !is_warm(end - 1)) return Step::kCold;
    warm_until_ = end;
  }
  auto offset = static_cast<off_t>(file_offset_);
  const ssize_t sent = ::sendfile(socket, file_, &offset, warm_until_ - file_offset_);
  if (sent < 0) return step_after_error(errno);
  if (sent == 0) return Step::kFailed;  // the file is shorter than it was
  file_offset_ += static_cast<std::uint64_t>(sent);
  return Step::kProgress;
}

std::uint64_t Transfer::next_piece() const noexcept {
  return std::min(file_end_ - file_offset_, kPieceBytes);
}

bool Transfer::is_warm(std::uint64_t offset) const noexcept {
  std::byte byte{};
  iovec part{.iov_base = &byte, .iov_len = 1};
  return ::preadv2(file_, &part, 1, static_cast<off_t>(offset), RWF_NOWAIT) >= 0;
}

void Transfer::warm() noexcept {
  const std::uint64_t end = file_offset_ + next_piece();
  // Announced as a whole, so that the disk works on all of it at once.
  ::posix_fadvise(file_, static_cast<off_t>(file_offset_), static_cast<off_t>(end - file_offset_), POSIX_FADV_WILLNEED);
  std::array<std::byte, kWarmBufferBytes> buffer;
  for (std::uint64_t offset = file_offset_; offset < end;) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, buffer.size()));
    const ssize_t got = ::pread(file_, buffer.data(), length, static_cast<off_t>(offset));
    if (got <= 0) break;  // sendfile will meet the same and end the transfer
    offset += static_cast<std::uint64_t>(got);
  }
  warm_until_ = end;
}

}  // namespace beamport::net
