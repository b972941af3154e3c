// SPDX-License-Identifier: Apache-2.0
#pragma once

// One response on its way into a non-blocking socket: first the head and a body in memory, or the head and then a part
// of a file by sendfile. Knows nothing of event loops: the owner calls step() and waits as it says. Before a piece of a
// file is sent, one byte at each of its ends is read without waiting (preadv2 with RWF_NOWAIT); when the page cache
// does not have it, or the file system cannot tell, step() says kCold and the owner runs warm() on a thread that may
// wait for the disk. One thread at a time. The process must ignore SIGPIPE (sendfile has no flag for it).

#include <cstdint>
#include <string>

#include "beamport/net/http_message.h"

namespace beamport::net {

class Transfer {
 public:
  enum class Step {
    kProgress,  // the socket took bytes; call again
    kBlocked,   // wait until the socket is writable
    kCold,      // run warm() on a thread that may wait, then call again
    kDone,
    kFailed,  // the client has gone, or the file became shorter: close the connection
  };

  Transfer(std::string head, Body body);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  [[nodiscard]] Step step(int socket) noexcept;

  /// Reads the next piece of the file, so that it is in the page cache. Blocks.
  void warm() noexcept;

 private:
  [[nodiscard]] Step send_memory(int socket) noexcept;
  [[nodiscard]] Step send_file(int socket) noexcept;
  [[nodiscard]] std::uint64_t next_piece() const noexcept;
  [[nodiscard]] bool is_warm(std::uint64_t offset) const noexcept;

  const std::string head_;
  const Body body_;
  ByteView memory_;  // the body's bytes when they are in memory
  std::uint64_t memory_sent_ = 0;
  int file_ = -1;
  std::uint64_t file_offset_ = 0;
  std::uint64_t file_end_ = 0;
  std::uint64_t warm_until_ = 0;
};

}  // namespace beamport::net
