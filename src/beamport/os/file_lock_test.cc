// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file_lock.h"

#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

TEST(FileLock, IsHeldByOneAtATimeAndGoesWithItsHolder) {
  const TemporaryDirectory folder = TemporaryDirectory::create().value();
  const auto path = folder.path() / "lock";
  {
    const auto first = FileLock::try_take(path);
    ASSERT_TRUE(first.has_value() && first->has_value());
    EXPECT_FALSE(FileLock::try_take(path).value().has_value());
  }
  EXPECT_TRUE(FileLock::try_take(path).value().has_value());
}

TEST(FileLock, AFolderThatIsNotThereIsAnError) {
  EXPECT_EQ(FileLock::try_take("/nowhere/at/all/lock").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::os
