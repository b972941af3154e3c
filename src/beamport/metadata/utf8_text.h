// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text of sidecars as UTF-8: what is UTF-8 already stays, anything else is taken for Latin-1, which is what Windows
// programs of instruments write (their micro sign is the byte B5). Pure functions.

#include <cstddef>
#include <string>
#include <string_view>

namespace beamport::metadata {

/// Shortest form, no surrogates, up to U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

[[nodiscard]] std::string as_utf8(std::string_view text);

/// At most so many bytes of UTF-8, no character cut in two.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace beamport::metadata
