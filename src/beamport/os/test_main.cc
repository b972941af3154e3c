// SPDX-License-Identifier: Apache-2.0
// The tests of this module, and the child that some of them start: "os_test probe NAME".

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "beamport/os/test_probe.h"

int main(int argc, char** argv) {
  // At once: what a sanitizer does at the end of a program, a confined one may not.
  if (argc == 3 && std::string_view(argv[1]) == "probe") ::_exit(beamport::os::run_probe(argv[2]));
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
