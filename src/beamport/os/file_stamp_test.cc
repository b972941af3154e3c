// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file_stamp.h"

#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

namespace fs = std::filesystem;

class FileStampTest : public testing::Test {
 protected:
  FileStampTest() { EXPECT_TRUE(replace_file(path_, as_byte_view("12345"))); }

  TemporaryDirectory directory_ = TemporaryDirectory::create().value();
  fs::path path_ = directory_.path() / "file";
};

TEST_F(FileStampTest, TellsAChangeOfSizeOrTimeOrFile) {
  const FileStamp before = stamp_of(path_).value();
  EXPECT_TRUE(before.is_regular);
  EXPECT_EQ(before.size, 5U);
  EXPECT_EQ(stamp_of(path_).value(), before);

  fs::last_write_time(path_, fs::last_write_time(path_) - std::chrono::seconds(5));
  const FileStamp retimed = stamp_of(path_).value();
  EXPECT_EQ(before.modified_ns - retimed.modified_ns, 5'000'000'000);
  EXPECT_FALSE(same_content(before, retimed));

  fs::copy_file(path_, directory_.path() / "other");
  fs::last_write_time(directory_.path() / "other", fs::last_write_time(path_));
  const FileStamp other = stamp_of(directory_.path() / "other").value();
  EXPECT_EQ(other.modified_ns, retimed.modified_ns);
  EXPECT_FALSE(same_content(retimed, other));

  fs::resize_file(path_, 6);
  EXPECT_FALSE(same_content(retimed, stamp_of(path_).value()));
}

TEST_F(FileStampTest, FollowsLinksAndTellsThem) {
  EXPECT_FALSE(is_link(path_));
  fs::create_symlink(path_, directory_.path() / "symbolic");
  EXPECT_TRUE(is_link(directory_.path() / "symbolic"));
  EXPECT_FALSE(is_link(path_));
  EXPECT_EQ(stamp_of(directory_.path() / "symbolic").value(), stamp_of(path_).value());
  fs::create_hard_link(path_, directory_.path() / "hard");
  EXPECT_TRUE(is_link(path_));
  EXPECT_FALSE(is_link(directory_.path() / "absent"));
  EXPECT_TRUE(stamp_of(directory_.path()).value().is_directory);
  EXPECT_EQ(stamp_of(directory_.path() / "absent").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::os
