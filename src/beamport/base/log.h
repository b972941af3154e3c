// SPDX-License-Identifier: Apache-2.0
#pragma once

// The program's log: one line an event, to standard error, plain or JSON. Thread-safe. Secrets never go in.

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace beamport::log {

enum class Level { kDebug, kInfo, kWarning, kError };
enum class Style { kPlain, kJson };

/// Called once by the program before other threads start. Without it: kInfo, kPlain.
void configure(Level threshold, Style style);

void write(Level level, std::string_view message);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace beamport::log
