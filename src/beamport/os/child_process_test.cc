// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "beamport/os/file.h"
#include "beamport/os/test_probe.h"

namespace beamport::os {
namespace {

using namespace std::chrono_literals;

Result<ChildProcess> start(const std::string& probe, std::span<const int> descriptors = {}) {
  return ChildProcess::start({"/proc/self/exe", "os_test", {"probe", probe}}, descriptors);
}

TEST(ChildProcess, SaysHowItEnded) {
  EXPECT_EQ(start("exit-42").value().wait(250s).value(), (ProcessEnd{42, 0}));
  EXPECT_EQ(start("signal").value().wait(250s).value(), (ProcessEnd{0, SIGUSR1}));
  EXPECT_EQ(describe(ProcessEnd{42, 0}), "exit code 42");
  EXPECT_EQ(describe(ProcessEnd{0, SIGSEGV}), "signal 11 (Segmentation fault)");
}

TEST(ChildProcess, SaysItAgain) {
  auto child = start("exit-42").value();
  EXPECT_EQ(child.wait(250s).value(), (ProcessEnd{42, 0}));
  EXPECT_EQ(child.wait(0s).value(), (ProcessEnd{42, 0}));
  EXPECT_EQ(child.kill(), (ProcessEnd{42, 0}));
}

TEST(ChildProcess, IsWaitedForNoLongerThanAsked) {
  auto child = start("hang").value();
  EXPECT_EQ(child.wait(20ms).value(), std::nullopt);
  EXPECT_EQ(child.kill(), (ProcessEnd{0, SIGKILL}));
}

TEST(ChildProcess, TellsItsProcessorTime) {
  auto child = start("compute").value();
  while (child.processor_time() < 20ms) ASSERT_EQ(child.wait(1ms).value(), std::nullopt);
  child.kill();
  EXPECT_EQ(child.processor_time(), 0ns);
}

TEST(ChildProcess, DoesNotOutliveTheObject) {
  pid_t id = 0;
  {
    auto child = start("hang").value();
    const ChildProcess moved = std::move(child);
    id = moved.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_EQ(::kill(id, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcess, InheritsNothingButWhatIsPassed) {
  const File passed = File::open_read("/proc/self/exe").value();
  // One that a careless library left open to all children, and blocked signals as in the threads of the program.
  const File careless = File::adopt(::open("/dev/zero", O_RDONLY), "/dev/zero");
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto child = start("look-around", std::to_array({passed.descriptor()})).value();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(child.wait(250s).value(), (ProcessEnd{kProbeWorked, 0}));
}

TEST(ChildProcess, ThatDoesNotExistIsAnError) {
  const auto child = ChildProcess::start({"/nonexistent/program", "program", {}}, {});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::kNotFound);
  EXPECT_NE(child.error().message.find("/nonexistent/program"), std::string::npos);
}

TEST(ChildProcess, CannotBeGivenAClosedDescriptor) {
  EXPECT_FALSE(start("exit-42", std::to_array({-1})));
}

}  // namespace
}  // namespace beamport::os
