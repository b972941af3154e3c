// SPDX-License-Identifier: Apache-2.0
#pragma once

// An HTTP request and response as plain values, without any networking type, so that handlers are ordinary functions.
// Header names compare without case. Immutable by convention once handed over; safe to move between threads.
// Source: RFC 9110 (semantics), RFC 9112 (HTTP/1.1).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "beamport/base/byte_range.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/net/text_feed.h"

namespace beamport::net {

/// Ordered list of header fields.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  void add(std::string name, std::string value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  /// First value of that name, or nothing.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }

 private:
  std::vector<Field> fields_;
};

struct Request {
  std::string method;  // upper case, as sent
  std::string target;  // origin form as sent: path[?query], still percent-encoded
  Headers headers;
  Bytes body;        // whole, bounded by ServerOptions::max_body_bytes
  std::string peer;  // "127.0.0.1:51234", for logs
  std::string id;    // made by the server for this request; also in problem documents and logs
};

/// An open file (or a part of it) to be sent with sendfile. The descriptor is owned and closed when the body dies.
class FileBody {
 public:
  /// Opens a regular file for reading. Fails with kNotFound, kPermissionDenied or kIo.
  [[nodiscard]] static Result<FileBody> open(const std::string& path);

  /// Takes over an open descriptor, also when it fails. `path` is for messages. Same errors as open().
  [[nodiscard]] static Result<FileBody> adopt(int descriptor, const std::string& path);

  FileBody(FileBody&&) noexcept;
  FileBody& operator=(FileBody&&) noexcept;
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;
  ~FileBody();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::int64_t modified_ns() const noexcept { return modified_ns_; }
  /// Number of the file in its file system: another one once the file has been replaced.
  [[nodiscard]] std::uint64_t inode() const noexcept { return inode_; }
  [[nodiscard]] const ByteRange& range() const noexcept { return range_; }
  /// Sends only this part; offset + length must lie inside the file.
  void select(ByteRange range) noexcept { range_ = range; }

 private:
  explicit FileBody(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::int64_t modified_ns_ = 0;
  std::uint64_t inode_ = 0;
  ByteRange range_;
};

/// Memory that somebody else may share (a cache entry, an embedded asset): kept alive by the pointer.
struct SharedBytes {
  std::shared_ptr<const void> owner;
  ByteView bytes;
};

/// A feed ends the connection with the answer, since its length is not known beforehand.
using Body = std::variant<std::string, SharedBytes, FileBody, std::shared_ptr<TextFeed>>;

struct Response {
  int status = 200;
  Headers headers;
  Body body;
};

/// Called on a worker thread, may block; must not throw. The token fires when the client has gone or the server stops.
using Handler = std::function<Response(const Request&, std::stop_token)>;

/// Asked before the handler, on the network thread: the answer, or nothing when it takes more than memory to give it.
/// Must not wait (not for a disk, not for a lock that is held for long); all other clients of the thread would.
using PromptHandler = std::function<std::optional<Response>(const Request&)>;

/// Number of bytes the body will send; 0 for a feed, whose length is not known.
[[nodiscard]] std::uint64_t body_size(const Body& body) noexcept;

}  // namespace beamport::net
