// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/request_body.h"

#include <fmt/format.h>

#include "beamport/net/header_text.h"

namespace beamport::api {
namespace {

constexpr std::size_t kMaxDepth = 16;

std::string_view media_type_of(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ') || content_type.ends_with('\t')) content_type.remove_suffix(1);
  return content_type;
}

}  // namespace

tl::expected<Json, Problem> json_body(const net::Request& request) {
  const std::string_view type = media_type_of(request.headers.find("Content-Type").value_or(""));
  if (!net::equal_ignoring_case(type, "application/json")) {
    return tl::unexpected(Problem{.status = 415,
                                  .code = "unsupported_media_type",
                                  .detail = "Send the body as JSON, with Content-Type: application/json.",
                                  .field = {},
                                  .headers = {}});
  }
  auto json = parse_json(as_text(request.body), {.max_bytes = request.body.size(), .max_depth = kMaxDepth});
  if (!json) {
    return tl::unexpected(Problem{.status = 400,
                                  .code = "invalid_body",
                                  .detail = fmt::format("The body is not as it should be: {}.", json.error().message),
                                  .field = {},
                                  .headers = {}});
  }
  return std::move(*json);
}

Problem wrong_body(const DecodeError& error) {
  const std::string where = error.pointer.empty() ? "The body" : error.pointer;
  return {.status = 400,
          .code = "invalid_body",
          .detail = fmt::format("{} {}.", where, error.reason),
          .field = error.pointer,
          .headers = {}};
}

}  // namespace beamport::api
