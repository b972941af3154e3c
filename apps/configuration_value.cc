// SPDX-License-Identifier: Apache-2.0
#include "configuration_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/checked_math.h"

namespace beamport::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 9> kSizes{{{"B", 1},
                                      {"kB", 1'000},
                                      {"MB", 1'000'000},
                                      {"GB", 1'000'000'000},
                                      {"TB", 1'000'000'000'000},
                                      {"KiB", std::int64_t{1} << 10},
                                      {"MiB", std::int64_t{1} << 20},
                                      {"GiB", std::int64_t{1} << 30},
                                      {"TiB", std::int64_t{1} << 40}}};
constexpr std::array<Unit, 5> kTimes{{{"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

Result<std::int64_t> parse_quantity(std::string_view text, std::span<const Unit> units, std::string_view example) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' does not begin with a whole number; write for example \"{}\"", text, example));
  }
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.empty()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' has no unit; write for example \"{} {}\"", text, number,
                                                         example.substr(example.find(' ') + 1)));
  }
  const auto known = std::ranges::find(units, unit, &Unit::name);
  if (known == units.end()) {
    std::vector<std::string_view> names;
    for (const Unit& each : units) names.push_back(each.name);
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' has the unknown unit '{}'; there are {}", text, unit, fmt::join(names, ", ")));
  }
  const auto product = checked_multiply(number, known->factor);
  if (!product) return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is too large", text));
  return *product;
}

// Steps from one word to the other: a letter more, a letter less, another letter, two letters swapped.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) steps[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) steps[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      steps[i][j] = std::min({steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
      }
    }
  }
  return steps[a.size()][b.size()];
}

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  return parse_quantity(text, kSizes, "4 GiB");
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  return parse_quantity(text, kTimes, "30 s").map([](std::int64_t ms) { return std::chrono::milliseconds(ms); });
}

std::string_view nearest_name(std::string_view wrong, std::span<const std::string_view> known) {
  constexpr std::size_t kLongest = 64;  // what is longer was no slip of the finger
  std::string_view nearest;
  std::size_t best = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  if (wrong.size() > kLongest) return nearest;
  for (const std::string_view name : known) {
    if (wrong.size() >= 3 && name.starts_with(wrong)) return name;
    const std::size_t steps = distance(wrong, name);
    if (steps < best && steps < name.size()) {
      best = steps;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace beamport::app
