// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/moment.h"

#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace beamport::metadata {
namespace {

constexpr std::size_t kMaxFraction = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes tokens from the front of a text; once something is missing, nothing more is found.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  /// Exactly so many digits.
  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return fail();
    for (const char c : rest_.substr(0, digits)) {
      if (!is_digit(c)) return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!take(wanted)) failed_ = true;
  }

  /// The digits at the front, at least one.
  std::string_view digits() {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    if (count == 0 || count > kMaxFraction) failed_ = true;
    const std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }

 private:
  int fail() {
    failed_ = true;
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

std::optional<std::chrono::sys_seconds> seconds_of(const CivilTime& time) {
  const std::chrono::year_month_day day{std::chrono::year(time.year),
                                        std::chrono::month(static_cast<unsigned>(time.month)),
                                        std::chrono::day(static_cast<unsigned>(time.day))};
  if (!day.ok() || time.year < 1 || time.year > 9999) return std::nullopt;
  if (time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59 || time.second < 0 || time.second > 59) {
    return std::nullopt;
  }
  return std::chrono::sys_days(day) + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second);
}

std::string day_text(std::chrono::sys_seconds moment) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string time_text(std::chrono::sys_seconds moment) {
  const std::chrono::hh_mm_ss time{moment - std::chrono::floor<std::chrono::days>(moment)};
  return fmt::format("{}T{:02}:{:02}:{:02}", day_text(moment), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

/// Minutes east of Greenwich, nothing when the text does not say; the scanner fails on anything else.
std::optional<int> read_zone(Scanner& scanner) {
  if (scanner.at_end()) return std::nullopt;
  if (scanner.take('Z') || scanner.take('z')) return 0;
  const bool east = scanner.peek() == '+';
  if (!scanner.take('+')) scanner.expect('-');
  const int hours = scanner.number(2);
  scanner.take(':');
  const int minutes = scanner.at_end() ? 0 : scanner.number(2);
  if (hours > 14 || minutes > 59) scanner.expect('\0');
  return (east ? 1 : -1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text) {
  Scanner scanner(text);
  CivilTime time;
  time.year = scanner.number(4);
  scanner.expect('-');
  time.month = scanner.number(2);
  scanner.expect('-');
  time.day = scanner.number(2);
  if (scanner.failed()) return std::nullopt;
  if (scanner.at_end()) {
    const auto day = seconds_of(time);
    return day ? std::optional(Moment{day_text(*day)}) : std::nullopt;
  }
  if (!scanner.take('T') && !scanner.take('t')) scanner.expect(' ');
  time.hour = scanner.number(2);
  scanner.expect(':');
  time.minute = scanner.number(2);
  std::string_view fraction;
  if (scanner.take(':')) {
    time.second = scanner.number(2);
    if (scanner.take('.') || scanner.take(',')) fraction = scanner.digits();
  }
  const std::optional<int> zone = read_zone(scanner);
  const auto moment = seconds_of(time);
  if (scanner.failed() || !scanner.at_end() || !moment) return std::nullopt;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  const auto utc = *moment - std::chrono::minutes(zone.value_or(0));
  // A zone can lead out of the four-digit years.
  if (std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(utc)};
      static_cast<int>(day.year()) < 1 || static_cast<int>(day.year()) > 9999) {
    return std::nullopt;
  }
  return Moment{fmt::format("{}{}{}{}", time_text(utc), fraction.empty() ? "" : ".", fraction, zone ? "Z" : "")};
}

std::optional<Moment> parse_compact_day(std::string_view text) {
  Scanner scanner(text);
  CivilTime time;
  time.year = scanner.number(4);
  time.month = scanner.number(2);
  time.day = scanner.number(2);
  const auto day = seconds_of(time);
  if (scanner.failed() || !scanner.at_end() || !day) return std::nullopt;
  return Moment{day_text(*day)};
}

std::optional<Moment> moment_of(const CivilTime& time) {
  const auto moment = seconds_of(time);
  return moment ? std::optional(Moment{time_text(*moment)}) : std::nullopt;
}

int month_named(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
  constexpr std::size_t kLetters = 3;
  if (name.size() < kLetters) return 0;
  std::array<char, kLetters> lower{};
  for (std::size_t i = 0; i < kLetters; ++i) {
    lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == std::string_view(lower.data(), kLetters)) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace beamport::metadata
