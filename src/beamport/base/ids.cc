// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/ids.h"

#include <algorithm>

namespace beamport {

bool is_id_text(std::string_view text) noexcept {
  return text.size() == 24 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace beamport
