// SPDX-License-Identifier: Apache-2.0
#pragma once

// The right answer for reading an object that has all its bytes at hand: GET and HEAD, If-None-Match (304), a byte
// range with If-Range (206, 416), ETag, Content-Length. Pure apart from moving the body. Source: RFC 9110 §13.2.2, §14.

#include <string>

#include "beamport/net/http_message.h"

namespace beamport::net {

struct Content {
  Body body;  // for a FileBody its range() is the object: a part of a file may be served as a whole
  std::string content_type;
  std::string etag;           // as on the wire, quotes included; empty: no tag, If-Range never matches
  std::string cache_control;  // empty: no field
  Headers extra;              // goes with 200, 206 and 304 (Vary, Content-Encoding, CORS, …)
};

/// Methods other than GET and HEAD get 405. A Range with HEAD is ignored, as the RFC asks.
[[nodiscard]] Response serve_content(const Request& request, Content content);

}  // namespace beamport::net
