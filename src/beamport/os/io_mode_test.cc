// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/io_mode.h"

#include <gtest/gtest.h>

namespace beamport::os {
namespace {

TEST(IoMode, NamesAndModesAreTheSame) {
  for (const IoMode mode : {IoMode::kAuto, IoMode::kBuffered, IoMode::kDirect}) {
    EXPECT_EQ(parse_io_mode(name_of(mode)), mode);
  }
  EXPECT_EQ(parse_io_mode("direct"), IoMode::kDirect);
  EXPECT_EQ(parse_io_mode("Direct"), std::nullopt);
  EXPECT_EQ(parse_io_mode(""), std::nullopt);
}

}  // namespace
}  // namespace beamport::os
