// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells the service manager how the service is: ready, alive, stopping (systemd, Type=notify and WatchdogSec=; see
// sd_notify(3)). One datagram each to the socket named by NOTIFY_SOCKET. Without a manager every call does nothing.
// Thread-safe. Failing to notify is never a reason to stop, so calls only say whether it worked.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace beamport::os {

class ServiceNotify {
 public:
  /// The value of an environment variable, or null.
  using Environment = std::function<const char*(const char*)>;

  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Call it before other threads change the environment.
  [[nodiscard]] static ServiceNotify from_environment();
  [[nodiscard]] static ServiceNotify from(const Environment& environment);

  /// Nobody listens.
  ServiceNotify() = default;

  [[nodiscard]] bool has_manager() const noexcept { return !address_.empty(); }

  /// How often alive() is expected at least, when a watchdog is on; call it twice as often.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const noexcept { return watchdog_; }

  bool ready() const { return send("READY=1"); }
  bool stopping() const { return send("STOPPING=1"); }
  bool alive() const { return send("WATCHDOG=1"); }
  /// One line for `systemctl status`.
  bool status(std::string_view line) const;

 private:
  [[nodiscard]] bool send(std::string_view message) const;

  std::string address_;  // as the socket wants it: an abstract one begins with a NUL
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace beamport::os
