// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/display_name.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace beamport::catalog {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Bytes of the well-formed UTF-8 character at the front (RFC 3629), or 0.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < kSmallest[length] || code > 0x10FFFF || is_surrogate ? 0 : length;
}

std::string_view without_ending(std::string_view path) {
  for (const std::string_view ending : {".ome.zarr", ".zarr"}) {
    if (path.size() > ending.size() && path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

}  // namespace

std::string display_name_of(std::string_view relative_path) {
  std::string name;
  for (std::string_view rest = without_ending(relative_path); !rest.empty();) {
    const std::size_t length = character_length(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    const bool is_control = first < 0x20 || first == 0x7F;
    name += length == 0 || is_control ? kReplacement : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  return name;
}

}  // namespace beamport::catalog
