// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a handler says when it cannot answer, and the document that the client gets (RFC 9457,
// application/problem+json): a stable code for programs, a sentence for people, the request's id for both.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/base/describe.h"
#include "beamport/base/error.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

struct Problem {
  int status = 500;
  std::string code = "internal";  // stable, snake_case
  std::string detail;             // what was wrong and what to do
  std::string field;              // the parameter or JSON pointer at fault; empty: none
  net::Headers headers;           // Allow, Retry-After, …
};

/// The document as sent. `type` is always "about:blank": the code tells problems apart.
struct ProblemDocument {
  std::string type = "about:blank";
  std::string title;
  std::int64_t status = 0;
  std::string code;
  std::string detail;
  std::string request_id;
  std::optional<std::string> field;
};
BOOST_DESCRIBE_STRUCT(ProblemDocument, (), (type, title, status, code, detail, request_id, field))
constexpr auto notes_of(const ProblemDocument* /*unused*/) {
  return type_notes("Problem", "Why a request failed (RFC 9457).",
                    FieldNote{.field = "code", .text = "Stable name of the problem, for programs"},
                    FieldNote{.field = "detail", .text = "What was wrong and what to do, for people"},
                    FieldNote{.field = "request_id", .text = "Names this request in the server's log"},
                    FieldNote{.field = "field", .text = "The parameter at fault", .omit_when_null = true});
}

[[nodiscard]] Problem not_found(std::string detail);

/// 401: who asks must show a token.
[[nodiscard]] Problem sign_in_first();

/// 403: she may know of it, but not do this.
[[nodiscard]] Problem forbidden();

/// The same words for a dataset that is not there and for one that may not be seen.
[[nodiscard]] Problem no_such_dataset(std::string_view id);

/// Status and code follow the error's code. Sentences about the machine itself (I/O, defects) stay in the log.
[[nodiscard]] Problem problem_from(const Error& error);

[[nodiscard]] net::Response to_response(const Problem& problem, std::string_view request_id);

}  // namespace beamport::api
