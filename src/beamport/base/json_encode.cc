// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_encode.h"

#include <cmath>

namespace beamport {

std::string wire_name_of_enumerator(std::string_view enumerator) {
  std::string name;
  const std::size_t prefix = enumerator.starts_with('k') ? 1 : 0;
  for (std::size_t i = prefix; i < enumerator.size(); ++i) {
    const char c = enumerator[i];
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper && !name.empty()) name += '_';
    name += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

std::optional<double> finite_or_null(double number) noexcept {
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace beamport
