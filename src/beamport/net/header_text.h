// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small pieces of header-field syntax: ASCII case, optional whitespace, comma lists, decimal numbers.
// Pure functions, no allocation. Source: RFC 9110 §5.6.

#include <cstdint>
#include <optional>
#include <string_view>

namespace beamport::net {

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// The trimmed text up to the next `separator` (which is removed as well); `rest` becomes what follows.
[[nodiscard]] std::string_view next_item(std::string_view& rest, char separator) noexcept;

/// True for the characters of a token: method and field names.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// True if the value has no control character except the tab, so that it cannot end its line.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;

/// One or more digits and nothing else. A number beyond 64 bits becomes the largest one.
[[nodiscard]] std::optional<std::uint64_t> parse_digits(std::string_view text) noexcept;

}  // namespace beamport::net
