// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/response_headers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport::api {
namespace {

/// For what runs: pages, and scripts, because a worker takes its policy from its script's answer.
constexpr std::string_view kAppPolicy =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

}  // namespace

void add_security_headers(net::Response& response, bool open_to_other_sites) {
  const std::string_view type = response.headers.find("Content-Type").value_or("");
  const bool is_page = type.starts_with("text/html");
  const bool runs = is_page || type.starts_with("text/javascript");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "same-origin");
  // The fields of a 304 replace those of the stored answer, and it has no type to choose by: the stored policy stays.
  if (response.status != 304) {
    response.headers.set("Content-Security-Policy", std::string(runs ? kAppPolicy : kDataPolicy));
  }
  response.headers.set("Cross-Origin-Resource-Policy", open_to_other_sites ? "cross-origin" : "same-origin");
  if (is_page) response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
}

void add_cors_headers(net::Response& response, const std::string& origin) {
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Expose-Headers", "Accept-Ranges, Content-Length, Content-Range, ETag");
  if (origin != "*") response.headers.add("Vary", "Origin");
}

net::Response options_response(const std::vector<std::string>& allow, bool open_to_other_sites) {
  net::Response response;
  response.status = 204;
  response.headers.set("Allow", fmt::format("{}", fmt::join(allow, ", ")));
  if (open_to_other_sites) {
    response.headers.set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    response.headers.set("Access-Control-Allow-Headers", "Range, If-Range, If-None-Match");
    response.headers.set("Access-Control-Max-Age", "86400");
  }
  return response;
}

}  // namespace beamport::api
