// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/json_keys.h"

#include <algorithm>
#include <optional>

namespace beamport::metadata {
namespace {

constexpr std::size_t kMaxKeys = 1000;

/// The text in quotes that begins at `at`, which moves behind it; nothing when it does not end.
std::optional<std::string_view> quoted(std::string_view text, std::size_t& at) {
  const std::size_t begin = at + 1;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      at = i + 1;
      return text.substr(begin, i - begin);
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> outermost_keys(std::string_view head) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<std::string> keys;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  std::size_t at = head.find_first_not_of(kSpace);
  if (at == std::string_view::npos || head[at] != '{') return keys;
  std::size_t depth = 0;
  while (at < head.size() && keys.size() < kMaxKeys) {
    const char c = head[at];
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) break;
    } else if (c == '"') {
      const auto text = quoted(head, at);
      if (!text) break;
      const std::size_t next = head.find_first_not_of(kSpace, at);
      if (depth == 1 && next != std::string_view::npos && head[next] == ':') keys.emplace_back(*text);
      continue;
    }
    ++at;
  }
  return keys;
}

bool has_keys(const std::vector<std::string>& keys, std::initializer_list<std::string_view> wanted) {
  return std::ranges::all_of(wanted, [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); });
}

}  // namespace beamport::metadata
