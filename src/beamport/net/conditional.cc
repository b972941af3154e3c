// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/conditional.h"

#include <algorithm>

#include "beamport/base/check.h"
#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

constexpr std::string_view kWeakMark = "W/";

std::string_view without_weak_mark(std::string_view etag) noexcept {
  return etag.starts_with(kWeakMark) ? etag.substr(kWeakMark.size()) : etag;
}

// Takes one tag off the front of a list; empty when there is none. A comma may be part of a tag.
std::string_view take_tag(std::string_view& list) noexcept {
  const std::size_t mark = list.starts_with(kWeakMark) ? kWeakMark.size() : 0;
  if (list.size() <= mark || list[mark] != '"') return {};
  const std::size_t close = list.find('"', mark + 1);
  if (close == std::string_view::npos) return {};
  const std::string_view tag = list.substr(0, close + 1);
  list.remove_prefix(close + 1);
  return tag;
}

}  // namespace

std::string format_etag(std::string_view opaque) {
  const bool visible =
      std::all_of(opaque.begin(), opaque.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"'; });
  BEAMPORT_CHECK(visible);
  std::string etag;
  etag.reserve(opaque.size() + 2);
  etag.append("\"").append(opaque).append("\"");
  return etag;
}

bool none_match_names(std::string_view header, std::string_view etag) noexcept {
  std::string_view list = trim(header);
  if (list == "*") return true;
  while (!list.empty()) {
    if (list.front() == ',') {
      list = trim(list.substr(1));
      continue;
    }
    const std::string_view tag = take_tag(list);
    if (tag.empty()) return false;
    if (without_weak_mark(tag) == without_weak_mark(etag)) return true;
    list = trim(list);
    if (!list.empty() && list.front() != ',') return false;
  }
  return false;
}

bool if_range_allows(std::string_view header, std::string_view etag) noexcept {
  const std::string_view tag = trim(header);
  return !tag.empty() && tag == etag && !tag.starts_with(kWeakMark);
}

}  // namespace beamport::net
