// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far a long task is, told in the way that fits the place: one line that renews itself on a terminal, a plain line
// now and then in a log, one JSON object a line for machines. Everything goes to standard error, so that standard
// output carries results only. Used from one thread.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace beamport::app {

class ProgressReport {
 public:
  enum class Style { kTerminal, kLog, kJson };

  /// kJson when asked for, else kTerminal or kLog by what standard error is.
  [[nodiscard]] static Style style_for(bool json);

  ProgressReport(Style style, std::string task);

  /// Counts of whatever the task moves; `unit` "B" gives rates in bytes. Told at most a few times a second.
  void update(std::int64_t done, std::int64_t total, std::string_view unit);

  /// Ends the terminal's line.
  void finish();

  [[nodiscard]] double elapsed_seconds() const;

 private:
  Style style_;
  std::string task_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_{};
  bool line_open_ = false;
};

}  // namespace beamport::app
