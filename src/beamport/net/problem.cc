// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/problem.h"

#include <algorithm>
#include <array>
#include <utility>

#include "beamport/base/json.h"

namespace beamport::net {

namespace {

constexpr std::array<std::pair<int, std::string_view>, 36> kReasons{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const auto found =
      std::find_if(kReasons.begin(), kReasons.end(), [&](const auto& pair) { return pair.first == status; });
  return found == kReasons.end() ? std::string_view() : found->second;
}

Response make_problem(int status, std::string_view code, std::string_view detail, std::string_view request_id) {
  JsonObject document;
  document["type"] = "about:blank";
  document["title"] = reason_phrase(status);
  document["status"] = status;
  document["code"] = code;
  document["detail"] = detail;
  document["request_id"] = request_id;
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  response.body = write_json(Json(std::move(document)));
  return response;
}

}  // namespace beamport::net
