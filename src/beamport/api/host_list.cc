// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/host_list.h"

#include <algorithm>
#include <optional>

#include "beamport/net/header_text.h"

namespace beamport::api {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The name in "name:port" or "[address]:port"; nothing when it is neither.
std::optional<std::string_view> name_in(std::string_view header) {
  std::string_view name = header;
  std::string_view rest;
  if (header.starts_with('[')) {
    const std::size_t close = header.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    name = header.substr(1, close - 1);
    rest = header.substr(close + 1);
  } else if (const std::size_t colon = header.find(':'); colon != std::string_view::npos) {
    name = header.substr(0, colon);
    rest = header.substr(colon);
  }
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
  return name;
}

}  // namespace

HostList::HostList(std::span<const std::string> more) : names_{"localhost", "127.0.0.1", "::1"} {
  names_.insert(names_.end(), more.begin(), more.end());
}

bool HostList::allows(std::string_view header) const {
  const auto name = name_in(header);
  return name && std::any_of(names_.begin(), names_.end(),
                             [&](const std::string& known) { return net::equal_ignoring_case(known, *name); });
}

}  // namespace beamport::api
