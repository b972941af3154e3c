// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON text in and out, on Boost.JSON's value type (objects keep their key order). Parsing has limits because the text
// comes from outside; writing uses the shortest number that reads back the same (0.65, not 6.5E-1) and turns
// non-finite numbers into null. Thread-safe: no shared state.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "beamport/base/result.h"

namespace beamport {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

struct JsonLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  std::size_t max_depth = 32;
};

/// One JSON text, nothing after it. Fails with kInvalidArgument and the byte offset; kOutOfRange beyond the limits.
[[nodiscard]] Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The number as a T, or nothing when it is no number or does not fit exactly.
template <typename T>
[[nodiscard]] std::optional<T> number_in(const Json& value) noexcept {
  boost::json::error_code error;
  const T number = value.to_number<T>(error);
  if (error) return std::nullopt;
  return number;
}

/// One line, no spaces.
[[nodiscard]] std::string write_json(const Json& value);

/// Indented by two spaces, for files that people read; short arrays of numbers and strings stay on one line. Ends with
/// a newline.
[[nodiscard]] std::string write_json_pretty(const Json& value);

}  // namespace beamport
