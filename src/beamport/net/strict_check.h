// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Beamport refuses although the HTTP parser behind it would let it pass: anything that two servers in a row could
// read differently (request smuggling), and anything that no honest client sends.
//
//   GET /path?query HTTP/1.1 CR LF        no control characters, no bytes >= 0x80 in this line
//   Name: value CR LF                     every line ends with CR LF; none begins with a space or tab (folding)
//   CR LF                                 end of the head
//
// HeadScanner looks at the raw bytes before the parser; check_request at the parsed fields after it.
// Source: RFC 9112 §2.2, §3.2, §5.2, §6.1.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/net/http_message.h"

namespace beamport::net {

/// Finds the end of a request's head in bytes that arrive piece by piece, looking at each byte once.
class HeadScanner {
 public:
  enum class State { kNeedMore, kComplete, kMalformed };

  /// `received` is everything since the request's first byte; it must only grow between calls.
  [[nodiscard]] State scan(std::string_view received) noexcept;

  /// Once complete: bytes up to and including the empty line.
  [[nodiscard]] std::size_t head_size() const noexcept { return position_; }
  /// Once malformed: what is wrong.
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }

 private:
  [[nodiscard]] std::string_view problem_with(char c) const noexcept;

  std::size_t position_ = 0;
  std::size_t column_ = 0;
  bool first_line_ = true;
  bool after_carriage_return_ = false;
  std::string_view problem_;
};

/// The answer that a refused request gets; the connection is closed after it.
struct Refusal {
  int status = 400;
  std::string detail;
};

/// Nothing if the request may be handled. `version` is 10 or 11, as in HTTP/1.0 and HTTP/1.1.
[[nodiscard]] std::optional<Refusal> check_request(const Request& request, int version);

}  // namespace beamport::net
