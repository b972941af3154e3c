// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/value_window.h"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace beamport::render {
namespace {

constexpr std::size_t kMaxTextLength = 100;

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<void> check_window(const ValueWindow& window) {
  if (!std::isfinite(window.low) || !std::isfinite(window.high) || !std::isfinite(window.high - window.low) ||
      window.low >= window.high) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("window {},{}: two finite numbers, the lower one first", window.low, window.high));
  }
  return {};
}

Result<ValueWindow> parse_window(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (text.size() > kMaxTextLength || comma == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "window: two numbers with a comma between them, like 0,1.5");
  }
  const auto low = parse_number(text.substr(0, comma));
  const auto high = parse_number(text.substr(comma + 1));
  if (!low || !high) {
    return fail(ErrorCode::kInvalidArgument, "window: two numbers with a comma between them, like 0,1.5");
  }
  const ValueWindow window{*low, *high};
  BEAMPORT_TRY(check_window(window));
  return window;
}

}  // namespace beamport::render
