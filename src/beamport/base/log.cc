// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/log.h"

#include <atomic>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "beamport/base/json.h"

namespace beamport::log {
namespace {

std::atomic<Style> g_style{Style::kPlain};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> kInstance = [] {
    auto made = std::make_shared<spdlog::logger>("beamport", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *kInstance;
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void configure(Level threshold, Style style) {
  g_style = style;
  logger().set_level(spdlog_level(threshold));
  if (style == Style::kJson) {
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":%v})");
  }
}

void write(Level level, std::string_view message) {
  if (g_style == Style::kJson) {
    logger().log(spdlog_level(level), write_json(Json(message)));
  } else {
    // One event stays one line, whatever a file name or a client put into it.
    std::string line(message);
    for (char& c : line) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    logger().log(spdlog_level(level), line);
  }
}

}  // namespace beamport::log
