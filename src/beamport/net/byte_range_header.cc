// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/byte_range_header.h"

#include <algorithm>

#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

constexpr RangeChoice kWhole{.kind = RangeKind::kWhole, .range = {}};
constexpr RangeChoice kUnsatisfiable{.kind = RangeKind::kUnsatisfiable, .range = {}};

RangeChoice part(std::uint64_t offset, std::uint64_t length) noexcept {
  return {.kind = RangeKind::kPart, .range = {.offset = offset, .length = length}};
}

RangeChoice choose_suffix(std::string_view digits, std::uint64_t size) noexcept {
  const auto length = parse_digits(digits);
  if (!length) return kWhole;
  if (*length == 0) return kUnsatisfiable;
  // The end of an empty object is the empty object: satisfiable, but Content-Range cannot say it.
  if (size == 0) return kWhole;
  const std::uint64_t clipped = std::min(*length, size);
  return part(size - clipped, clipped);
}

}  // namespace

RangeChoice choose_range(std::optional<std::string_view> header, std::uint64_t object_size) noexcept {
  if (!header) return kWhole;
  std::string_view spec = *header;
  const std::size_t equals = spec.find('=');
  if (equals == std::string_view::npos) return kWhole;
  if (!equal_ignoring_case(trim(spec.substr(0, equals)), "bytes")) return kWhole;
  spec = trim(spec.substr(equals + 1));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return kWhole;
  const std::string_view last_digits = spec.substr(dash + 1);
  if (dash == 0) return choose_suffix(last_digits, object_size);

  const auto first = parse_digits(spec.substr(0, dash));
  if (!first) return kWhole;
  const auto last = last_digits.empty() ? object_size : parse_digits(last_digits);
  if (!last || (!last_digits.empty() && *last < *first)) return kWhole;
  if (*first >= object_size) return kUnsatisfiable;
  return part(*first, std::min(*last, object_size - 1) - *first + 1);
}

}  // namespace beamport::net
