// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ids that tie a client's error message to a log line: 24 lower-case hexadecimal digits, a random start for the process
// and a counter. Not secret and not hard to guess. Thread-safe.

#include <atomic>
#include <cstdint>
#include <random>
#include <string>

#include <fmt/format.h>

namespace beamport::net {

class RequestIds {
 public:
  [[nodiscard]] std::string next() {
    return fmt::format("{:08x}{:016x}", process_, counter_.fetch_add(1, std::memory_order_relaxed));
  }

 private:
  const std::uint32_t process_ = std::random_device{}();
  std::atomic<std::uint64_t> counter_{1};
};

}  // namespace beamport::net
