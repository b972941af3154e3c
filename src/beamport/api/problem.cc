// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/problem.h"

#include <fmt/format.h>

#include "beamport/base/json_encode.h"
#include "beamport/base/log.h"
#include "beamport/net/problem.h"

namespace beamport::api {

Problem not_found(std::string detail) {
  return {.status = 404, .code = "not_found", .detail = std::move(detail), .field = {}, .headers = {}};
}

Problem sign_in_first() {
  Problem problem{.status = 401,
                  .code = "unauthenticated",
                  .detail = "Show a valid token, as the header field Authorization: Bearer TOKEN.",
                  .field = {},
                  .headers = {}};
  problem.headers.set("WWW-Authenticate", "Bearer");
  return problem;
}

Problem forbidden() {
  return {.status = 403,
          .code = "permission_denied",
          .detail = "You may see this, but not do that with it. Ask its team's manager or the beamline's staff.",
          .field = {},
          .headers = {}};
}

Problem no_such_dataset(std::string_view id) {
  return not_found(fmt::format("There is no dataset {}.", id));
}

Problem problem_from(const Error& error) {
  Problem problem{.status = http_status_of(error.code),
                  .code = std::string(name_of(error.code)),
                  .detail = error.message,
                  .field = {},
                  .headers = {}};
  const bool is_ours = error.code == ErrorCode::kIo || error.code == ErrorCode::kInternal;
  if (is_ours || error.code == ErrorCode::kCorrupt) {
    log::error("{} ({}:{})", error.message, error.where.file_name(), error.where.line());
  }
  if (is_ours) {
    problem.detail = "The server could not do this. Its log says why, under the id of this request.";
  }
  if (problem.status == 503) problem.headers.set("Retry-After", "2");
  return problem;
}

net::Response to_response(const Problem& problem, std::string_view request_id) {
  ProblemDocument document;
  document.title = net::reason_phrase(problem.status);
  document.status = problem.status;
  document.code = problem.code;
  document.detail = problem.detail;
  document.request_id = request_id;
  if (!problem.field.empty()) document.field = problem.field;

  net::Response response;
  response.status = problem.status;
  response.headers = problem.headers;
  response.headers.set("Content-Type", "application/problem+json");
  response.headers.set("Cache-Control", "no-store");
  response.body = write_json(encode_json(document));
  return response;
}

}  // namespace beamport::api
