// SPDX-License-Identifier: Apache-2.0
#include "progress_report.h"

#include <cstdio>
#include <utility>

#include "console.h"
#include "quantity.h"
#include <fmt/format.h>
#include <unistd.h>

#include "beamport/base/json.h"

namespace beamport::app {
namespace {

using std::chrono::steady_clock;

std::chrono::milliseconds pause_between(ProgressReport::Style style) {
  return style == ProgressReport::Style::kLog ? std::chrono::milliseconds(5000) : std::chrono::milliseconds(200);
}

}  // namespace

ProgressReport::Style ProgressReport::style_for(bool json) {
  if (json) return Style::kJson;
  return ::isatty(STDERR_FILENO) == 1 ? Style::kTerminal : Style::kLog;
}

ProgressReport::ProgressReport(Style style, std::string task) : style_(style), task_(std::move(task)) {}

double ProgressReport::elapsed_seconds() const {
  return std::chrono::duration<double>(steady_clock::now() - begun_).count();
}

void ProgressReport::update(std::int64_t done, std::int64_t total, std::string_view unit) {
  const auto now = steady_clock::now();
  if (done < total && now - told_ < pause_between(style_)) return;
  told_ = now;
  const double seconds = elapsed_seconds();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
  if (style_ == Style::kJson) {
    const Json line{{"event", "progress"}, {"task", task_},      {"done", done},       {"total", total},
                    {"unit", unit},        {"per_second", rate}, {"seconds", seconds}, {"seconds_left", left}};
    print_aside("{}\n", write_json(line));
    return;
  }
  const double percent = total > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(total) : 100;
  const std::string amount = unit == "B" ? fmt::format("{} of {}, {}/s", format_bytes(static_cast<double>(done)),
                                                       format_bytes(static_cast<double>(total)), format_bytes(rate))
                                         : fmt::format("{} of {} {}", done, total, unit);
  const std::string text = fmt::format("{}  {:3.0f} %  {}, {} left", task_, percent, amount, format_duration(left));
  if (style_ == Style::kTerminal) {
    print_aside("\r{}\x1b[K", text);
    line_open_ = true;
  } else {
    print_aside("{}\n", text);
  }
}

void ProgressReport::finish() {
  if (line_open_) print_aside("\r\x1b[K");
  line_open_ = false;
}

}  // namespace beamport::app
