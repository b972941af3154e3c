// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ctrl-C and SIGTERM as a stop token: the first asks politely, a second one ends the process at once (exit code 130).
// Made in main() before any other thread, because threads inherit the blocked signals. One object per process.

#include <csignal>
#include <stop_token>
#include <thread>

namespace beamport::os {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

 private:
  std::stop_source source_;
  sigset_t signals_{};
  std::jthread waiter_;
};

}  // namespace beamport::os
