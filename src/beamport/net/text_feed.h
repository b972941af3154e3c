// SPDX-License-Identifier: Apache-2.0
#pragma once

// The body of an answer that is made while it is sent and need not have an end (server-sent events). Anybody pushes
// text; the connection's network thread takes it. What waits is bounded: a client that does not keep up is cut off, so
// that it connects again and begins with what is true then, instead of holding memory. Thread-safe.

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace beamport::net {

class TextFeed {
 public:
  static constexpr std::size_t kMaxWaitingBytes = std::size_t{1} << 20;

  struct KeepAlive {
    std::string
        text;  // sent when nothing was for `interval`, so that proxies and dead clients are noticed; may be empty
    std::chrono::milliseconds interval{15'000};
  };

  TextFeed() = default;
  explicit TextFeed(KeepAlive keep_alive) : keep_alive_(std::move(keep_alive)) {}

  /// False when nobody will read it: the client has gone, was too slow, or the feed was closed. Push no more then.
  [[nodiscard]] bool push(std::string_view text);

  /// Whether push() would still reach somebody.
  [[nodiscard]] bool has_reader() const;

  /// The answer ends after what was pushed.
  void close();

  // The rest is the connection's.

  struct Taken {
    std::string text;
    bool ended = false;
  };
  [[nodiscard]] Taken take();

  /// Called on the pushing thread after each change, until abandon().
  void on_change(std::function<void()> changed);

  /// The client has gone.
  void abandon();

  [[nodiscard]] const KeepAlive& keep_alive() const noexcept { return keep_alive_; }

 private:
  const KeepAlive keep_alive_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool ended_ = false;
  std::function<void()> changed_;
};

}  // namespace beamport::net
