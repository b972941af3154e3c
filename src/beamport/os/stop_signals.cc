// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/stop_signals.h"

#include <ctime>

#include <pthread.h>
#include <unistd.h>

namespace beamport::os {
namespace {

constexpr int kInterruptedExit = 130;

}  // namespace

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& end) {
    const timespec moment{0, 100'000'000};
    while (!end.stop_requested()) {
      if (::sigtimedwait(&signals_, nullptr, &moment) < 0) continue;
      if (!source_.request_stop()) ::_exit(kInterruptedExit);
    }
  });
}

StopSignals::~StopSignals() {
  waiter_.request_stop();
  waiter_.join();
  ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace beamport::os
