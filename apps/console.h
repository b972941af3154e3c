// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text for the person or script that started the program. A reader that has gone away is no reason to end the work:
// what cannot be written is dropped.

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace beamport::app {

inline void write_text(std::FILE* to, const std::string& text) {
  static_cast<void>(std::fputs(text.c_str(), to));
  static_cast<void>(std::fflush(to));
}

/// Results.
template <typename... Args>
void print_out(fmt::format_string<Args...> format, Args&&... args) {
  write_text(stdout, fmt::format(format, std::forward<Args>(args)...));
}

/// Progress, notes and errors.
template <typename... Args>
void print_aside(fmt::format_string<Args...> format, Args&&... args) {
  write_text(stderr, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace beamport::app
