// SPDX-License-Identifier: Apache-2.0
#pragma once

// A moment or a day as sidecars state it, in one spelling: ISO 8601, in UTC with a Z where the zone is known, without a
// zone where the file does not tell (the instrument's own clock), or a day alone. A zone is never guessed.
//
//   2022-05-13T07:45:11.5Z    2023-03-14T09:00:40    2026-03-14
//
// Pure functions; the text comes from outside and may be anything.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace beamport::metadata {

struct Moment {
  std::string text;  // as above, from one of the functions below

  friend bool operator==(const Moment&, const Moment&) = default;
};

/// ISO 8601 as programs write it: a day; "T" or a space; hours, minutes, seconds and a fraction of up to nine digits;
/// Z or an offset. Nothing when it is something else, or no date of the calendar.
[[nodiscard]] std::optional<Moment> parse_moment(std::string_view text);

/// "20260314"
[[nodiscard]] std::optional<Moment> parse_compact_day(std::string_view text);

struct CivilTime {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// Without a zone.
[[nodiscard]] std::optional<Moment> moment_of(const CivilTime& time);

/// "Jan" or "january" is 1; 0 for no month.
[[nodiscard]] int month_named(std::string_view name) noexcept;

}  // namespace beamport::metadata
