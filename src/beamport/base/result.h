// SPDX-License-Identifier: Apache-2.0
#pragma once

// Result<T>: a value or an Error. Functions that can fail return it; nothing throws across a module's edge.
//
//   Result<Header> read_header(const File& file) {
//     BEAMPORT_ASSIGN(const Bytes bytes, file.read_at(0, 16));
//     if (bytes[0] != kMagic) return fail(ErrorCode::kCorrupt, fmt::format("{}: no TIFF magic", file.path()));
//     BEAMPORT_TRY(check(bytes));
//     return Header{…};
//   }

#include <source_location>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "beamport/base/error.h"

namespace beamport {

template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

/// Makes the failing side of any Result; remembers the caller's line.
[[nodiscard]] inline Failure fail(ErrorCode code, std::string message,
                                  std::source_location where = std::source_location::current()) {
  return Failure(Error{code, std::move(message), where});
}

[[nodiscard]] inline Failure fail(Error error) {
  return Failure(std::move(error));
}

}  // namespace beamport

#define BEAMPORT_CONCAT_INNER(a, b) a##b
#define BEAMPORT_CONCAT(a, b) BEAMPORT_CONCAT_INNER(a, b)

#define BEAMPORT_TRY_WITH(keyword, result, ...)                               \
  do {                                                                        \
    if (auto result = (__VA_ARGS__); !result) [[unlikely]]                    \
      keyword ::tl::unexpected<::beamport::Error>(std::move(result).error()); \
  } while (false)

#define BEAMPORT_ASSIGN_WITH(keyword, result, declaration, ...)             \
  auto result = (__VA_ARGS__);                                              \
  if (!result) [[unlikely]]                                                 \
    keyword ::tl::unexpected<::beamport::Error>(std::move(result).error()); \
  declaration = std::move(*result)

/// Returns the error of a failed Result from the enclosing function.
#define BEAMPORT_TRY(...) BEAMPORT_TRY_WITH(return, BEAMPORT_CONCAT(beamport_result_, __COUNTER__), __VA_ARGS__)
#define BEAMPORT_CO_TRY(...) BEAMPORT_TRY_WITH(co_return, BEAMPORT_CONCAT(beamport_result_, __COUNTER__), __VA_ARGS__)

/// Declares or assigns from the value of a Result, or returns its error: BEAMPORT_ASSIGN(auto x, f());
#define BEAMPORT_ASSIGN(declaration, ...) \
  BEAMPORT_ASSIGN_WITH(return, BEAMPORT_CONCAT(beamport_result_, __COUNTER__), declaration, __VA_ARGS__)
#define BEAMPORT_CO_ASSIGN(declaration, ...) \
  BEAMPORT_ASSIGN_WITH(co_return, BEAMPORT_CONCAT(beamport_result_, __COUNTER__), declaration, __VA_ARGS__)
