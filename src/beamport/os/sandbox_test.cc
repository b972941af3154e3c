// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/sandbox.h"

#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "beamport/os/child_process.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/os/test_probe.h"

namespace beamport::os {
namespace {

using namespace std::chrono_literals;

class Sandbox : public testing::Test {
 protected:
  /// How a child ends that does this. Its descriptor 3 is a file that holds "passed in".
  ProcessEnd probe(const std::string& name) {
    const Program program{"/proc/self/exe", "os_test", {"probe", name}};
    auto child = ChildProcess::start(program, std::to_array({file_.descriptor()})).value();
    return child.wait(250s).value().value();
  }

  void expect_works(const std::string& name) {
    const ProcessEnd end = probe(name);
    if (end == ProcessEnd{kProbeMissing, 0}) GTEST_SKIP() << "this kernel (or build) has no such layer";
    EXPECT_EQ(end, (ProcessEnd{kProbeWorked, 0})) << name << ": " << describe(end);
  }

 private:
  static File make_file(const TemporaryDirectory& directory) {
    File file = File::create(directory.path() / "file", File::Create::kNew).value();
    EXPECT_TRUE(file.write_all(0, as_byte_view("passed in")));
    return file;
  }

  TemporaryDirectory directory_ = TemporaryDirectory::create().value();
  File file_ = make_file(directory_);
};

class ForbiddenCall : public Sandbox, public testing::WithParamInterface<const char*> {};

TEST_P(ForbiddenCall, IsTheEndOfTheProcess) {
  const ProcessEnd end = probe(GetParam());
  if (end == ProcessEnd{kProbeMissing, 0}) GTEST_SKIP() << "this kernel has no seccomp filters";
  EXPECT_EQ(end, (ProcessEnd{0, SIGSYS})) << describe(end);
}

INSTANTIATE_TEST_SUITE_P(All, ForbiddenCall,
                         testing::Values("open", "socket", "fork", "exec", "kill", "trace", "ioctl", "duplicate",
                                         "unknown", "other-abi", "map-code", "make-code"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_F(Sandbox, LetsADecoderWork) {
  expect_works("decode");
}

TEST_F(Sandbox, LandlockAloneOpensNoPath) {
  expect_works("landlock-open");
}

TEST_F(Sandbox, LandlockAloneConnectsToNoPort) {
  expect_works("landlock-connect");
}

TEST_F(Sandbox, LandlockAloneSignalsNobodyOutside) {
  expect_works("landlock-kill");
}

TEST_F(Sandbox, NoProgramGainsRights) {
  expect_works("no-new-privileges");
}

TEST_F(Sandbox, LimitsDescriptorsFilesCoresAndProcesses) {
  expect_works("limits");
}

TEST_F(Sandbox, LimitsMemory) {
  expect_works("memory");
}

}  // namespace
}  // namespace beamport::os
