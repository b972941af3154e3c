// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/endpoint.h"

#include "beamport/crypto/sha256.h"
#include "beamport/net/conditional.h"
#include "beamport/net/serve_content.h"

namespace beamport::api {

std::string_view cache_control_of(Caching caching) noexcept {
  switch (caching) {
    case Caching::kRevalidate:
      return "no-cache";
    case Caching::kImmutable:
      return "public, max-age=31536000, immutable";
  }
  return "no-store";
}

net::Response json_outcome(std::string text) {
  net::Response response;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.body = std::move(text);
  return response;
}

net::Response json_response(const net::Request& request, std::string text, Caching caching) {
  net::Content content;
  content.etag = "W/" + net::format_etag(crypto::to_hex(crypto::sha256(as_byte_view(text))).substr(0, 32));
  content.body = std::move(text);
  content.content_type = "application/json";
  content.cache_control = cache_control_of(caching);
  return net::serve_content(request, std::move(content));
}

}  // namespace beamport::api
