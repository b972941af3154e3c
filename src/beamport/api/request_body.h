// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request's body as a described struct: JSON only, strictly (json_decode.h). A body of another media type is refused,
// so that a form on a foreign page cannot send one. Pure functions.

#include "beamport/api/problem.h"
#include "beamport/base/json_decode.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

/// 415 for another media type, 400 for what is no JSON.
[[nodiscard]] tl::expected<Json, Problem> json_body(const net::Request& request);

/// 400 that names the member at fault as a JSON pointer.
[[nodiscard]] Problem wrong_body(const DecodeError& error);

template <DescribedStruct Body>
[[nodiscard]] tl::expected<Body, Problem> decode_body(const net::Request& request) {
  const auto json = json_body(request);
  if (!json) return tl::unexpected(json.error());
  auto body = decode_json<Body>(*json);
  if (!body) return tl::unexpected(wrong_body(body.error()));
  return std::move(*body);
}

}  // namespace beamport::api
