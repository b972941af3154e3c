// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/timestamp.h"

#include <ctime>

#include <fmt/format.h>

namespace beamport {

std::string utc_timestamp(std::chrono::system_clock::time_point moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

namespace {

/// Takes what a moment is written with, from the front.
class MomentText {
 public:
  explicit MomentText(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::optional<int> number(std::size_t digits, int least, int most) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value >= least && value <= most ? std::optional(value) : std::nullopt;
  }
  [[nodiscard]] bool one_of(std::string_view characters, char* which = nullptr) {
    if (rest_.empty() || characters.find(rest_.front()) == characters.npos) return false;
    if (which != nullptr) *which = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  /// Milliseconds of ".123456"; 0 when there is no fraction.
  [[nodiscard]] std::optional<int> fraction() {
    if (!one_of(".")) return 0;
    int value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (digits < 3) value = value * 10 + (rest_[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    for (std::size_t i = digits; i < 3; ++i) value *= 10;
    rest_.remove_prefix(digits);
    return value;
  }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// "Z", "+02:00", "-07:30".
std::optional<std::chrono::minutes> offset_in(MomentText& text) {
  char sign = 0;
  if (text.one_of("Zz")) return std::chrono::minutes(0);
  if (!text.one_of("+-", &sign)) return std::nullopt;
  const auto hours = text.number(2, 0, 23);
  if (!hours || !text.one_of(":")) return std::nullopt;
  const auto minutes = text.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_timestamp(std::string_view text) {
  namespace chrono = std::chrono;
  MomentText moment(text);
  const auto year_number = moment.number(4, 1970, 9999);
  if (!year_number || !moment.one_of("-")) return std::nullopt;
  const auto month_number = moment.number(2, 1, 12);
  if (!month_number || !moment.one_of("-")) return std::nullopt;
  const auto day_number = moment.number(2, 1, 31);
  if (!day_number || !moment.one_of("Tt ")) return std::nullopt;
  const chrono::year_month_day date(chrono::year(*year_number), chrono::month(static_cast<unsigned>(*month_number)),
                                    chrono::day(static_cast<unsigned>(*day_number)));
  const auto hour = moment.number(2, 0, 23);
  if (!date.ok() || !hour || !moment.one_of(":")) return std::nullopt;
  const auto minute = moment.number(2, 0, 59);
  if (!minute || !moment.one_of(":")) return std::nullopt;
  const auto second = moment.number(2, 0, 60);
  if (!second) return std::nullopt;
  const auto fraction = moment.fraction();
  if (!fraction) return std::nullopt;
  const auto offset = offset_in(moment);
  if (!offset || !moment.is_at_end()) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(*hour) + chrono::minutes(*minute) + chrono::seconds(*second) +
         chrono::milliseconds(*fraction) - *offset;
}

}  // namespace beamport
