// SPDX-License-Identifier: Apache-2.0
#pragma once

// How fast a conversion has been going lately, and how long the rest will take at that rate. A pass that begins anew
// begins a new measurement. Used by one thread at a time; the clock is the caller's.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace beamport::ingest {

class ScanRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void note(Time now, std::int64_t bytes_done);

  /// Over the last ten seconds or so; nothing before there are two measurements some time apart.
  [[nodiscard]] std::optional<double> bytes_per_second() const;
  [[nodiscard]] std::optional<double> seconds_for(std::int64_t bytes) const;

 private:
  struct Point {
    Time time;
    std::int64_t bytes = 0;
  };
  std::deque<Point> points_;
};

}  // namespace beamport::ingest
