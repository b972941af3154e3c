// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether bytes travel through the page cache. Direct transfers spare the processor the copy and the cache's own work;
// the price is that offset, length and memory must be multiples of a block, and that nothing is read ahead.

#include <cstdint>
#include <optional>
#include <string_view>

namespace beamport::os {

enum class IoMode : std::uint8_t {
  kAuto,      // direct where the file system takes it and it pays, else buffered
  kBuffered,  // always through the page cache
  kDirect,    // large transfers past it; an error where the file system refuses
};

/// "auto", "buffered", "direct".
[[nodiscard]] std::string_view name_of(IoMode mode) noexcept;
[[nodiscard]] std::optional<IoMode> parse_io_mode(std::string_view name) noexcept;

}  // namespace beamport::os
