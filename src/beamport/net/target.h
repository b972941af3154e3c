// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request target split and decoded:
//
//   /zarr/0123…/c/0/1?w=1,2&at=0.0.0  ->  segments {zarr, 0123…, c, 0, 1}, query {w: "1,2", at: "0.0.0"}
//
// After parsing no segment is empty, "." or "..", none contains '/', '\' or a control character, and everything is
// valid UTF-8, so segments can name files below a root. A query parameter occurs once. '+' in the query means a space.
// Immutable value. Source: RFC 3986 §3.3-3.4, and WHATWG URL form encoding for the query.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::net {

struct TargetLimits {
  std::size_t max_bytes = 8192;
  std::size_t max_segments = 64;
  std::size_t max_segment_bytes = 255;
  std::size_t max_parameters = 64;
};

struct Target {
  std::vector<std::string> segments;  // empty for "/"
  bool trailing_slash = false;        // "/a/" has it, "/a" and "/" do not
  std::vector<std::pair<std::string, std::string>> query;

  /// The value of a query parameter, or nothing. "?a" and "?a=" both give an empty value.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// Fails with kInvalidArgument, and kOutOfRange beyond the limits.
[[nodiscard]] Result<Target> parse_target(std::string_view target, const TargetLimits& limits = {});

}  // namespace beamport::net
