// SPDX-License-Identifier: Apache-2.0
#pragma once

// The names in the outermost object of a JSON text whose end may be missing: enough to tell dialects of JSON apart from
// their first bytes. Does not check the text; what is no object has no names. A pure function.

#include <string>
#include <string_view>
#include <vector>

namespace beamport::metadata {

/// In order, at most 1000, escapes left as they are.
[[nodiscard]] std::vector<std::string> outermost_keys(std::string_view head);

[[nodiscard]] bool has_keys(const std::vector<std::string>& keys, std::initializer_list<std::string_view> wanted);

}  // namespace beamport::metadata
