// SPDX-License-Identifier: Apache-2.0
#pragma once

// The status line and header section of a response as bytes:
//
//   HTTP/1.1 206 Partial Content CR LF
//   Date: … CR LF   Content-Length: … CR LF   Connection: … CR LF   the handler's fields CR LF
//   CR LF
//
// Date, Content-Length, Transfer-Encoding and Connection belong to the server; a handler's own are left out, and so is
// a field whose name or value could break the framing. Pure functions. Source: RFC 9112 §4-§6, RFC 9110 §5.6.7, §8.6.

#include <chrono>
#include <string>
#include <string_view>

#include "beamport/net/http_message.h"

namespace beamport::net {

/// "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] std::string format_http_date(std::chrono::system_clock::time_point time);

/// True if a response of this status has a body and so a Content-Length (not 1xx, 204, 304).
[[nodiscard]] bool status_has_body(int status) noexcept;

/// `connection` is the Connection field's value, empty for none.
[[nodiscard]] std::string format_response_head(const Response& response, std::string_view date,
                                               std::string_view connection, std::string_view request_id);

}  // namespace beamport::net
