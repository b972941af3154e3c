// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/direct_io.h"

#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using testing::HasSubstr;

// A disk (as a rule) and memory: whether they take direct I/O depends on the machine.
class DirectIoTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(GetParam())) GTEST_SKIP() << "no " << GetParam() << " here";
    directory_ = std::make_unique<TemporaryDirectory>(TemporaryDirectory::create_in(GetParam()).value());
    path_ = directory_->path() / "file";
  }

  std::unique_ptr<TemporaryDirectory> directory_;
  std::filesystem::path path_;
};

TEST_P(DirectIoTest, BufferedMeansNoSecondDescriptor) {
  const File file = File::create(path_, File::Create::kNew).value();
  EXPECT_FALSE(open_direct(file, IoMode::kBuffered).value().has_value());
}

TEST_P(DirectIoTest, ForcedWorksOrSaysWhyNot) {
  File file = File::create(path_, File::Create::kNew).value();
  auto direct = open_direct(file, IoMode::kDirect);
  if (!direct) {
    EXPECT_EQ(direct.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(direct.error().message, testing::AllOf(HasSubstr(path_.string()), HasSubstr("--io")));
    EXPECT_FALSE(open_direct(file, IoMode::kAuto).value().has_value());
    return;
  }
  ASSERT_TRUE(direct->has_value());
  EXPECT_NE(::fcntl((*direct)->descriptor(), F_GETFL) & O_DIRECT, 0);
  AlignedBuffer blocks(2 * kDirectBlock);
  std::fill(blocks.bytes().begin(), blocks.bytes().end(), std::byte{0x11});
  ASSERT_TRUE((*direct)->write_all(0, blocks.bytes()));
  ASSERT_TRUE(file.write_all(2 * kDirectBlock, as_byte_view("tail")));
  EXPECT_EQ(file.size(), 2 * kDirectBlock + 4);
  // The last block ends with the file.
  AlignedBuffer back(4 * kDirectBlock);
  EXPECT_EQ(read_blocks(**direct, kDirectBlock, back.bytes()), kDirectBlock + 4);
  EXPECT_EQ(back.bytes()[kDirectBlock - 1], std::byte{0x11});
  EXPECT_EQ(as_text(back.bytes().subspan(kDirectBlock, 4)), "tail");
  EXPECT_EQ(read_blocks(**direct, 4 * kDirectBlock, back.bytes()), 0U);
}

TEST_P(DirectIoTest, FollowsTheFileAndNotItsName) {
  ASSERT_TRUE(replace_file(path_, as_byte_view("first")));
  const File file = File::open_read(path_).value();
  ASSERT_TRUE(replace_file(path_, as_byte_view("other")));
  const auto direct = open_direct(file, IoMode::kAuto);
  ASSERT_TRUE(direct) << direct.error().message;
  if (!direct->has_value()) GTEST_SKIP() << GetParam() << " takes no direct I/O";
  AlignedBuffer block(kDirectBlock);
  ASSERT_EQ(read_blocks(**direct, 0, block.bytes()), 5U);
  EXPECT_EQ(as_text(block.bytes().first(5)), "first");
  // Opened for the same access: reading only.
  EXPECT_EQ(::fcntl((*direct)->descriptor(), F_GETFL) & O_ACCMODE, O_RDONLY);
}

INSTANTIATE_TEST_SUITE_P(Places, DirectIoTest, testing::Values("/var/tmp", "/dev/shm"),
                         [](const auto& info) { return info.index == 0 ? "disk" : "memory"; });

}  // namespace
}  // namespace beamport::os
