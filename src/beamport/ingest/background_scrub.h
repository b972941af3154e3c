// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scrubs the data folder again and again while the service runs: in a thread that gives way to all others, at its own
// pace (scrub_pace.h), pausing while scans are being converted. A pass that is interrupted goes on at the next start
// (scrub_diary.h). Of all services of one data folder one scrubs at a time.

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "beamport/base/result.h"
#include "beamport/ingest/scrub.h"
#include "beamport/ingest/scrub_diary.h"

namespace beamport::ingest {

struct BackgroundScrubOptions {
  std::filesystem::path data;
  std::chrono::milliseconds every{std::chrono::hours(24 * 7)};  // from the end of one pass to the next; 0: never
  ScrubLimits limits;
  /// Called when damage is in the book; what it says goes in, too.
  std::function<std::string(const ScrubbedImage&)> repair = {};
  std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;
};

class BackgroundScrub {
 public:
  explicit BackgroundScrub(BackgroundScrubOptions options) : options_(std::move(options)) {}
  BackgroundScrub(const BackgroundScrub&) = delete;
  BackgroundScrub& operator=(const BackgroundScrub&) = delete;
  ~BackgroundScrub() { stop(); }

  void start();
  /// Returns when the thread has ended, within a second or so.
  void stop();

 private:
  void run(const std::stop_token& stop);
  /// How long until something is to be done again.
  [[nodiscard]] Result<std::chrono::milliseconds> look(const std::stop_token& stop);
  [[nodiscard]] std::chrono::milliseconds time_to_next(const ScrubDiary& diary) const;
  [[nodiscard]] Result<void> run_pass(ScrubDiary diary, const std::stop_token& stop);
  void note(const ScrubbedImage& image, ScrubPass& pass) const;
  void tell_of(const ScrubPass& pass) const;
  [[nodiscard]] std::int64_t now_s() const;

  const BackgroundScrubOptions options_;
  std::jthread thread_;
};

}  // namespace beamport::ingest
