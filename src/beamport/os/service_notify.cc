// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/service_notify.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace beamport::os {
namespace {

std::string_view text_of(const char* value) {
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<std::int64_t> positive_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

ServiceNotify ServiceNotify::from_environment() {
  return from([](const char* name) -> const char* { return std::getenv(name); });
}

ServiceNotify ServiceNotify::from(const Environment& environment) {
  ServiceNotify notify;
  const std::string_view address = text_of(environment("NOTIFY_SOCKET"));
  const bool is_usable = (address.starts_with('/') || address.starts_with('@')) && address.size() > 1 &&
                         address.size() < sizeof(sockaddr_un::sun_path);
  if (!is_usable) return notify;
  notify.address_ = address;
  if (notify.address_.front() == '@') notify.address_.front() = '\0';
  // The watchdog of a parent is not ours.
  const auto pid = text_of(environment("WATCHDOG_PID"));
  if (!pid.empty() && positive_number(pid) != ::getpid()) return notify;
  if (const auto interval = positive_number(text_of(environment("WATCHDOG_USEC")))) {
    notify.watchdog_ = std::chrono::microseconds(*interval);
  }
  return notify;
}

bool ServiceNotify::status(std::string_view line) const {
  std::string message = "STATUS=";
  message += line;
  std::ranges::replace(message, '\n', ' ');
  return send(message);
}

bool ServiceNotify::send(std::string_view message) const {
  if (!has_manager()) return true;
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ssize_t sent = -1;
  do {
    sent = ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                    reinterpret_cast<const sockaddr*>(&to), length);
  } while (sent < 0 && errno == EINTR);
  ::close(descriptor);
  return sent == static_cast<ssize_t>(message.size());
}

}  // namespace beamport::os
