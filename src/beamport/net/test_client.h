// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests only: a raw HTTP client on a blocking socket that can misbehave, and files with known bytes.
// Every wait ends after 20 s, so that a server that hangs makes a red test and not a stuck one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/net/http_message.h"

namespace beamport::net {

struct Reply {
  int status = 0;
  Headers headers;
  std::string body;

  /// The field's value, or "" when it is absent.
  [[nodiscard]] std::string field(std::string_view name) const;
};

class RawClient {
 public:
  /// A small receive buffer makes the server's writes block early.
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  /// False if the server refused to take all of it; what it answered can still be read.
  bool send(std::string_view bytes);
  /// One answer, whose body has Content-Length bytes (none after HEAD, 204, 304); nothing if the connection ends first.
  [[nodiscard]] std::optional<Reply> receive(bool after_head = false);
  [[nodiscard]] std::optional<Reply> request(std::string_view bytes);
  /// At most `limit` bytes, whatever they are; fewer only at the end of the connection.
  [[nodiscard]] std::string receive_bytes(std::size_t limit);
  /// True if the server ends the connection without sending anything more.
  [[nodiscard]] bool ends_now();

  /// Says that no more requests come, but goes on reading.
  void finish_sending();
  void close();

 private:
  [[nodiscard]] bool fill();

  int socket_ = -1;
  std::string received_;
};

/// "GET <target> HTTP/1.1" with a Host field and further field lines, each ending with CR LF.
[[nodiscard]] std::string get(std::string_view target, std::string_view fields = {});

/// Bytes that look random and are the same for the same seed.
[[nodiscard]] std::string test_bytes(std::size_t count, std::uint64_t seed);

/// A file in the temporary directory, removed at the end.
class TestFile {
 public:
  explicit TestFile(std::string_view content);
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  ~TestFile();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] FileBody open() const;
  /// Asks the system to forget the file's pages; false if it keeps them or cannot tell.
  [[nodiscard]] bool evict() const;
  void truncate(std::uint64_t size) const;

 private:
  std::string path_;
};

[[nodiscard]] int open_descriptors();

}  // namespace beamport::net
