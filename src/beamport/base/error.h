// SPDX-License-Identifier: Apache-2.0
#pragma once

// What went wrong, as a value. The code says which kind (and so which HTTP status and exit code); the message says what
// failed, where (file, slice, field) and what to do. Immutable after construction; safe to move between threads.

#include <cstdint>
#include <functional>
#include <source_location>
#include <string>
#include <string_view>

namespace beamport {

enum class ErrorCode : std::uint8_t {
  kInvalidArgument,     // the request or option itself is wrong
  kNotFound,            // no such file, dataset, key
  kAlreadyExists,       // would overwrite
  kPermissionDenied,    // not allowed
  kUnauthenticated,     // not signed in
  kFailedPrecondition,  // right request, wrong state (also: version conflict)
  kOutOfRange,          // index or size beyond the limits
  kCorrupt,             // damaged or inconsistent data
  kUnsupported,         // well-formed, but not something Beamport reads
  kResourceExhausted,   // a configured limit (memory, entries) was reached
  kNoSpace,             // disk or quota full
  kUnavailable,         // a service or file system is away; retry may help
  kDeadlineExceeded,    // took too long
  kCancelled,           // somebody asked to stop
  kIo,                  // the operating system refused
  kInternal,            // a defect of Beamport
};

/// Stable snake_case name, used in JSON and logs.
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// HTTP status that this code maps to.
[[nodiscard]] int http_status_of(ErrorCode code) noexcept;

/// Exit code of the command line (never 0), after sysexits.h where it has a match.
[[nodiscard]] int exit_code_of(ErrorCode code) noexcept;

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::source_location where;
};

/// For Result::map_error: puts "outer: " in front of the message, so that the sentence names the place.
[[nodiscard]] std::function<Error(Error)> in_context(std::string outer);

}  // namespace beamport
