// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/serve_content.h"

#include <fmt/format.h>

#include "beamport/net/byte_range_header.h"
#include "beamport/net/conditional.h"
#include "beamport/net/problem.h"

namespace beamport::net {
namespace {

Response method_not_allowed(const Request& request) {
  Response response =
      make_problem(405, "method_not_allowed", "this address can only be read, with GET or HEAD", request.id);
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

Response range_not_satisfiable(const Request& request, std::uint64_t size) {
  Response response =
      make_problem(416, "range_not_satisfiable",
                   fmt::format("the range lies outside the object, which has {} bytes", size), request.id);
  response.headers.add("Content-Range", fmt::format("bytes */{}", size));
  response.headers.add("Accept-Ranges", "bytes");
  return response;
}

// What a cache needs to know, sent with 304 as with 200.
Headers validators(const Content& content) {
  Headers headers = content.extra;
  if (!content.etag.empty()) headers.set("ETag", content.etag);
  if (!content.cache_control.empty()) headers.set("Cache-Control", content.cache_control);
  return headers;
}

RangeChoice wanted_range(const Request& request, const Content& content, std::uint64_t size) {
  if (request.method != "GET") return {};
  const auto if_range = request.headers.find("If-Range");
  if (if_range && !if_range_allows(*if_range, content.etag)) return {};
  return choose_range(request.headers.find("Range"), size);
}

void narrow(Body& body, const ByteRange& range) {
  if (auto* text = std::get_if<std::string>(&body)) {
    *text = text->substr(range.offset, range.length);
  } else if (auto* shared = std::get_if<SharedBytes>(&body)) {
    shared->bytes = shared->bytes.subspan(range.offset, range.length);
  } else if (auto* file = std::get_if<FileBody>(&body)) {
    file->select({.offset = file->range().offset + range.offset, .length = range.length});
  }
}

}  // namespace

Response serve_content(const Request& request, Content content) {
  if (request.method != "GET" && request.method != "HEAD") return method_not_allowed(request);

  Response response;
  response.headers = validators(content);
  const auto if_none_match = request.headers.find("If-None-Match");
  if (if_none_match && none_match_names(*if_none_match, content.etag)) {
    response.status = 304;
    return response;
  }

  const std::uint64_t size = body_size(content.body);
  const RangeChoice choice = wanted_range(request, content, size);
  if (choice.kind == RangeKind::kUnsatisfiable) return range_not_satisfiable(request, size);

  response.headers.set("Content-Type", std::move(content.content_type));
  response.headers.set("Accept-Ranges", "bytes");
  response.body = std::move(content.body);
  if (choice.kind == RangeKind::kPart) {
    const ByteRange& range = choice.range;
    response.status = 206;
    response.headers.set("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, size));
    narrow(response.body, range);
  }
  return response;
}

}  // namespace beamport::net
