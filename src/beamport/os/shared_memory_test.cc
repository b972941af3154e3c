// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/shared_memory.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace beamport::os {
namespace {

TEST(SharedMemory, IsSeenByBothSides) {
  const auto ours = SharedMemory::create("test", 10'000).value();
  EXPECT_EQ(ours.bytes().size(), 10'000U);
  EXPECT_TRUE(std::ranges::all_of(ours.bytes(), [](std::byte b) { return b == std::byte{0}; }));
  const auto theirs = SharedMemory::map(::dup(ours.descriptor()), 10'000).value();
  theirs.bytes()[9'999] = std::byte{7};
  EXPECT_EQ(ours.bytes()[9'999], std::byte{7});
}

TEST(SharedMemory, KeepsItsSize) {
  const auto memory = SharedMemory::create("test", 4096).value();
  EXPECT_NE(::ftruncate(memory.descriptor(), 0), 0);
  EXPECT_EQ(errno, EPERM);
  EXPECT_NE(::ftruncate(memory.descriptor(), 8192), 0);
  EXPECT_NE(::fcntl(memory.descriptor(), F_ADD_SEALS, F_SEAL_WRITE), 0);  // nor can anybody add a seal
}

TEST(SharedMemory, MovesItsMapping) {
  auto memory = SharedMemory::create("test", 4096).value();
  memory.bytes()[0] = std::byte{1};
  memory = SharedMemory::create("test", 8192).value();
  EXPECT_EQ(memory.bytes().size(), 8192U);
  EXPECT_EQ(memory.bytes()[0], std::byte{0});
}

TEST(SharedMemory, ThatCannotBeMappedIsAnError) {
  EXPECT_FALSE(SharedMemory::map(-1, 4096));
  EXPECT_FALSE(SharedMemory::create("test", 0));
}

}  // namespace
}  // namespace beamport::os
