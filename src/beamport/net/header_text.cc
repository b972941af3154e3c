// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/header_text.h"

#include <algorithm>
#include <limits>

#include "beamport/base/checked_math.h"

namespace beamport::net {
namespace {

constexpr std::string_view kWhitespace = " \t";

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) noexcept {
  const bool alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kWhitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhitespace) - first + 1);
}

std::string_view next_item(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view item = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trim(item);
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_field_value(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

std::optional<std::uint64_t> parse_digits(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  bool too_large = false;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto shifted = checked_multiply(number, std::uint64_t{10});
    const auto next = shifted ? checked_add(*shifted, static_cast<std::uint64_t>(c - '0')) : std::nullopt;
    too_large = too_large || !next;
    number = next.value_or(0);
  }
  return too_large ? std::numeric_limits<std::uint64_t>::max() : number;
}

}  // namespace beamport::net
