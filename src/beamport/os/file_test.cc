// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::os {
namespace {

using testing::HasSubstr;

class FileTest : public testing::Test {
 protected:
  TemporaryDirectory directory_ = TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / "file";
};

TEST_F(FileTest, WritesAndReadsAtOffsets) {
  {
    auto file = File::create(path_, File::Create::kNew);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write_all(3, as_byte_view("world")));
    ASSERT_TRUE(file->write_all(0, as_byte_view("hi ")));
    ASSERT_TRUE(file->sync());
  }
  const auto content = read_file(path_, 100);
  ASSERT_TRUE(content);
  EXPECT_EQ(as_text(*content), "hi world");
}

TEST_F(FileTest, GatheredPiecesLieOneAfterTheOther) {
  std::vector<std::string> texts;
  std::string whole = "head";
  for (int i = 0; i < 1000; ++i) whole += texts.emplace_back(std::to_string(i));
  std::vector<ByteView> pieces;
  for (const std::string& text : texts) pieces.push_back(as_byte_view(text));
  auto file = File::create(path_, File::Create::kNew);
  ASSERT_TRUE(file->write_all(0, as_byte_view("head")));
  ASSERT_TRUE(file->write_gathered(4, pieces));
  ASSERT_TRUE(file->write_gathered(0, {}));
  EXPECT_EQ(as_text(*read_file(path_, 10'000)), whole);
  const auto closed = File::open_read(path_);
  EXPECT_FALSE(File::adopt(::dup(closed->descriptor()), path_).write_gathered(0, pieces)) << "opened for reading";
}

TEST_F(FileTest, ReadPastTheEndSaysWhereTheFileEnds) {
  ASSERT_TRUE(replace_file(path_, as_byte_view("12345")));
  const auto file = File::open_read(path_);
  Bytes buffer(4);
  const auto result = file->read_exactly(3, buffer);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, HasSubstr("ends after byte 5"));
  EXPECT_EQ(file->read_some(3, buffer), 2U);
}

TEST_F(FileTest, CreateNewRefusesAnExistingFile) {
  ASSERT_TRUE(replace_file(path_, {}));
  EXPECT_EQ(File::create(path_, File::Create::kNew).error().code, ErrorCode::kAlreadyExists);
}

TEST_F(FileTest, OpenNamesTheMissingFileAndRefusesWhatIsNoFile) {
  const auto missing = File::open_read(path_);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr(path_.string()));
  EXPECT_FALSE(File::open_read(directory_.path()));
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(File::open_read(path_).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(FileTest, ReadFileKeepsItsLimit) {
  ASSERT_TRUE(replace_file(path_, as_byte_view("12345")));
  EXPECT_EQ(read_file(path_, 4).error().code, ErrorCode::kOutOfRange);
}

TEST_F(FileTest, ReplaceLeavesNoTemporaryNeighbour) {
  ASSERT_TRUE(replace_file(path_, as_byte_view("old, and longer")));
  ASSERT_TRUE(replace_file(path_, as_byte_view("new")));
  EXPECT_EQ(as_text(read_file(path_, 100).value()), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(FileTest, RenameNewNeverReplaces) {
  const std::filesystem::path other = directory_.path() / "other";
  ASSERT_TRUE(replace_file(path_, as_byte_view("a")));
  ASSERT_TRUE(replace_file(other, as_byte_view("b")));
  EXPECT_EQ(rename_new(path_, other).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(as_text(read_file(other, 10).value()), "b");
  EXPECT_TRUE(rename_new(path_, directory_.path() / "third"));
}

TEST_F(FileTest, ReservedSpaceIsNotPartOfTheFile) {
  auto file = File::create(path_, File::Create::kNew);
  ASSERT_TRUE(file->reserve(1 << 20));
  EXPECT_EQ(file->size(), 0U);
}

}  // namespace
}  // namespace beamport::os
