// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/name_key.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <utf8proc.h>

namespace beamport::catalog {
namespace {

Failure refuse(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("a name {}", what));
}

bool is_control_or_slash(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/';
}

std::string with_single_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ' ' && (result.empty() || result.back() == ' ')) continue;
    result += c;
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

}  // namespace

Result<std::string> name_key_of(std::string_view name) {
  if (name.size() > kMaxNameBytes) return refuse(fmt::format("has at most {} bytes", kMaxNameBytes));
  if (std::ranges::any_of(name, is_control_or_slash)) return refuse("has no slashes and no control characters");
  utf8proc_uint8_t* folded = nullptr;
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const utf8proc_ssize_t length = ::utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                                                 static_cast<utf8proc_ssize_t>(name.size()), &folded, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, &std::free);
  if (length < 0) return refuse("is valid UTF-8");
  std::string key = with_single_blanks({reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length)});
  if (key.empty()) return refuse("is not empty");
  return key;
}

}  // namespace beamport::catalog
