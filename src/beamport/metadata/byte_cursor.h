// SPDX-License-Identifier: Apache-2.0
#pragma once

// Takes little-endian numbers and pieces from the front of a block of bytes. Once something is missing it has failed
// and gives zeros, so that a reader checks once at the end. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "beamport/base/bytes.h"

namespace beamport::metadata {

class ByteCursor {
 public:
  explicit ByteCursor(ByteView bytes) : rest_(bytes), whole_(bytes.size()) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
  [[nodiscard]] std::size_t taken() const noexcept { return whole_ - rest_.size(); }

  /// Of at most 8 bytes.
  std::uint64_t number(std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    const ByteView piece = take(bytes);
    for (std::size_t i = piece.size(); i > 0; --i) value = (value << 8U) | std::to_integer<std::uint64_t>(piece[i - 1]);
    return value;
  }

  ByteView take(std::size_t bytes) noexcept {
    if (failed_ || bytes > rest_.size()) {
      failed_ = true;
      return {};
    }
    const ByteView piece = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return piece;
  }

  std::string text(std::size_t bytes) { return std::string(as_text(take(bytes))); }

  void skip(std::size_t bytes) noexcept { take(bytes); }

  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  ByteView rest_;
  std::size_t whole_;
  bool failed_ = false;
};

/// The text up to its first NUL.
[[nodiscard]] inline std::string_view until_nul(std::string_view text) noexcept {
  return text.substr(0, text.find('\0'));
}

}  // namespace beamport::metadata
