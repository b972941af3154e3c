// SPDX-License-Identifier: Apache-2.0
#include "quantity.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"

namespace beamport::app {
namespace {

std::vector<std::string_view> split_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Unit {
  std::string_view suffix;
  double factor;
};

constexpr std::array<Unit, 5> kLengths{{{"nm", 1e-3}, {"um", 1}, {"µm", 1}, {"μm", 1}, {"mm", 1e3}}};

struct BinaryUnit {
  std::string_view suffix;
  std::int64_t factor;
};

constexpr std::array<BinaryUnit, 7> kSizes{{{"KiB", std::int64_t{1} << 10},
                                            {"MiB", std::int64_t{1} << 20},
                                            {"GiB", std::int64_t{1} << 30},
                                            {"TiB", std::int64_t{1} << 40},
                                            {"M", std::int64_t{1} << 20},
                                            {"G", std::int64_t{1} << 30},
                                            {"T", std::int64_t{1} << 40}}};

}  // namespace

Result<std::array<double, 3>> parse_voxel_size_um(std::string_view text) {
  const auto complaint = [&] {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("--voxel-size '{}': give a length with its unit, such as 0.65um, 650nm or z,y,x as 2,0.65,0.65um",
                    text));
  };
  double factor = 0;
  std::string_view numbers = text;
  for (const Unit& unit : kLengths) {
    if (!text.ends_with(unit.suffix)) continue;
    factor = unit.factor;
    numbers.remove_suffix(unit.suffix.size());
    break;
  }
  if (factor == 0) return complaint();
  const auto parts = split_commas(numbers);
  if (parts.size() != 1 && parts.size() != 3) return complaint();
  std::array<double, 3> size{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_number<double>(parts[parts.size() == 1 ? 0 : i]);
    if (!number || !std::isfinite(*number) || *number <= 0) return complaint();
    size[i] = *number * factor;
  }
  return size;
}

Result<std::int64_t> parse_bytes(std::string_view text) {
  std::int64_t factor = 1;
  std::string_view number_text = text;
  for (const BinaryUnit& unit : kSizes) {
    if (!text.ends_with(unit.suffix)) continue;
    factor = unit.factor;
    number_text.remove_suffix(unit.suffix.size());
    break;
  }
  const auto number = parse_number<std::int64_t>(number_text);
  const auto bytes = number && *number > 0 ? checked_multiply(*number, factor) : std::nullopt;
  if (!bytes)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}': give a number with a unit, such as 512MiB or 4GiB", text));
  return *bytes;
}

Result<ValueWindow> parse_window(std::string_view text) {
  const auto parts = split_commas(text);
  if (parts.size() == 2) {
    const auto low = parse_number<double>(parts[0]);
    const auto high = parse_number<double>(parts[1]);
    if (low && high && std::isfinite(*low) && std::isfinite(*high) && *low < *high) return ValueWindow{*low, *high};
  }
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("--window '{}': give the values of black and white as lo,hi (such as -0.1,1.5), or 'percentile'",
                  text));
}

Result<Extent> parse_extent(std::string_view text) {
  const auto parts = split_commas(text);
  if (parts.size() == 3) {
    std::array<std::int64_t, 3> size{};
    bool good = true;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto number = parse_number<std::int64_t>(parts[i]);
      good = good && number && *number >= 1 && *number <= 100'000;
      size[i] = number.value_or(0);
    }
    if (good) return Extent{size[0], size[1], size[2]};
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("--shape '{}': give z,y,x such as 160,512,512", text));
}

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 6> kNames{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t power = 0;
  while (bytes >= 999.5 && power + 1 < kNames.size()) {
    bytes /= 1000;
    ++power;
  }
  return power == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.3g} {}", bytes, kNames[power]);
}

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace beamport::app
