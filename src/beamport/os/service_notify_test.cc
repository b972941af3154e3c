// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/service_notify.h"

#include <array>
#include <cstring>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using namespace std::chrono_literals;

/// The other end: a datagram socket as systemd opens it.
class Manager {
 public:
  explicit Manager(const std::string& address) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, address.data(), address.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&at), length), 0) << std::strerror(errno);
  }
  ~Manager() { ::close(descriptor_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string heard() const {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return got < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

 private:
  int descriptor_;
};

ServiceNotify with(const std::map<std::string, std::string>& environment) {
  return ServiceNotify::from([&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(ServiceNotify, SaysWhatTheManagerWantsToKnow) {
  const auto directory = TemporaryDirectory::create().value();
  const std::string path = (directory.path() / "notify").string();
  const Manager manager(path);
  const ServiceNotify notify = with({{"NOTIFY_SOCKET", path}});
  EXPECT_TRUE(notify.has_manager());
  EXPECT_FALSE(notify.watchdog());
  EXPECT_TRUE(notify.ready());
  EXPECT_EQ(manager.heard(), "READY=1");
  EXPECT_TRUE(notify.alive());
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  EXPECT_TRUE(notify.status("converting\nREADY=1"));  // one line, and no second message in it
  EXPECT_EQ(manager.heard(), "STATUS=converting READY=1");
  EXPECT_TRUE(notify.stopping());
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(ServiceNotify, FindsAnAbstractSocket) {
  const std::string name = fmt::format("beamport-test-{}", ::getpid());
  const Manager manager(std::string(1, '\0') + name);
  EXPECT_TRUE(with({{"NOTIFY_SOCKET", "@" + name}}).ready());
  EXPECT_EQ(manager.heard(), "READY=1");
}

TEST(ServiceNotify, KnowsItsWatchdog) {
  const std::string own = std::to_string(::getpid());
  const auto watchdog = [](const std::string& usec, const std::string& pid) {
    return with({{"NOTIFY_SOCKET", "/run/x"}, {"WATCHDOG_USEC", usec}, {"WATCHDOG_PID", pid}}).watchdog();
  };
  EXPECT_EQ(watchdog("30000000", own), 30s);
  EXPECT_EQ(watchdog("30000000", "1"), std::nullopt);
  for (const char* wrong : {"", "0", "-5", "3e7", "99999999999999999999"})
    EXPECT_EQ(watchdog(wrong, own), std::nullopt);
  EXPECT_EQ(with({{"NOTIFY_SOCKET", "/run/x"}, {"WATCHDOG_USEC", "1000"}}).watchdog(), 1ms);
}

TEST(ServiceNotify, DoesNothingWithoutAManager) {
  EXPECT_TRUE(ServiceNotify().ready());
  for (const std::string& wrong : {std::string(), std::string("@"), std::string("relative"), std::string(200, '/')}) {
    EXPECT_FALSE(with({{"NOTIFY_SOCKET", wrong}}).has_manager()) << wrong;
  }
}

TEST(ServiceNotify, AManagerThatIsGoneDoesNoHarm) {
  EXPECT_FALSE(with({{"NOTIFY_SOCKET", "/nonexistent/notify"}}).ready());
}

}  // namespace
}  // namespace beamport::os
