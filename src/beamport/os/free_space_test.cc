// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/free_space.h"

#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

TEST(FreeSpace, IsLessThanTheWholeAndMoreThanNothing) {
  const auto directory = TemporaryDirectory::create().value();
  const FreeSpace space = free_space_of(directory.path()).value();
  EXPECT_GT(space.available_bytes, 0U);
  EXPECT_LT(space.available_bytes, space.total_bytes);
}

TEST(FreeSpace, IsThatOfThePathAndNotOfTheRootDirectory) {
  // /proc is a file system of its own without any room.
  EXPECT_EQ(free_space_of("/proc").value(), FreeSpace{});
}

TEST(FreeSpace, ShrinksByWhatIsWritten) {
  const auto directory = TemporaryDirectory::create_in("/dev/shm").value();
  constexpr std::uint64_t kBytes = 32U << 20;
  const std::uint64_t before = free_space_of(directory.path()).value().available_bytes;
  auto file = File::create(directory.path() / "ballast", File::Create::kNew).value();
  ASSERT_TRUE(file.reserve(kBytes));
  const std::uint64_t after = free_space_of(directory.path()).value().available_bytes;
  // Others may write there as well; not as much as this in the same moment.
  EXPECT_LT(after, before - kBytes / 2);
}

TEST(FreeSpace, OfAPathThatIsNotThereIsAnError) {
  const auto missing = free_space_of("/no/such/place");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("/no/such/place"), std::string::npos);
}

}  // namespace
}  // namespace beamport::os
