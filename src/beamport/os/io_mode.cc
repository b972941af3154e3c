// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/io_mode.h"

namespace beamport::os {

std::string_view name_of(IoMode mode) noexcept {
  switch (mode) {
    case IoMode::kAuto:
      return "auto";
    case IoMode::kBuffered:
      return "buffered";
    case IoMode::kDirect:
      return "direct";
  }
  return "unknown";
}

std::optional<IoMode> parse_io_mode(std::string_view name) noexcept {
  for (const IoMode mode : {IoMode::kAuto, IoMode::kBuffered, IoMode::kDirect}) {
    if (name_of(mode) == name) return mode;
  }
  return std::nullopt;
}

}  // namespace beamport::os
