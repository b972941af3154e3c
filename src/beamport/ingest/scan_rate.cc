// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_rate.h"

namespace beamport::ingest {
namespace {

constexpr std::chrono::seconds kSpan{10};
constexpr std::chrono::milliseconds kStep{200};  // points closer together than that are not kept

}  // namespace

void ScanRate::note(Time now, std::int64_t bytes_done) {
  if (!points_.empty() && bytes_done < points_.back().bytes) points_.clear();
  if (points_.size() > 1 && now - points_[points_.size() - 2].time < kStep) points_.pop_back();
  points_.push_back({now, bytes_done});
  while (points_.size() > 2 && now - points_[1].time >= kSpan) points_.pop_front();
}

std::optional<double> ScanRate::bytes_per_second() const {
  if (points_.size() < 2) return std::nullopt;
  const double seconds = std::chrono::duration<double>(points_.back().time - points_.front().time).count();
  if (!(seconds > 0)) return std::nullopt;
  return static_cast<double>(points_.back().bytes - points_.front().bytes) / seconds;
}

std::optional<double> ScanRate::seconds_for(std::int64_t bytes) const {
  const auto rate = bytes_per_second();
  if (!rate || !(*rate > 0)) return std::nullopt;
  return static_cast<double>(bytes) / *rate;
}

}  // namespace beamport::ingest
