// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/rooted_directory.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class RootedDirectoryTest : public testing::TestWithParam<RootedDirectory::Resolver> {
 protected:
  RootedDirectoryTest() {
    fs::create_directories(inside() / "a");
    write(inside() / "a" / "file", "inside");
    write(temporary_.path() / "secret", "outside");
  }

  static void write(const fs::path& path, std::string_view text) {
    ASSERT_TRUE(os::replace_file(path, as_byte_view(text)));
  }
  [[nodiscard]] fs::path inside() const { return temporary_.path() / "root"; }
  [[nodiscard]] RootedDirectory root() const { return RootedDirectory::open(inside(), GetParam()).value(); }
  [[nodiscard]] std::string content(std::string_view relative) const {
    const os::File file = root().open_file(relative).value();
    Bytes bytes(file.size().value());
    EXPECT_TRUE(file.read_exactly(0, bytes));
    return std::string(as_text(bytes));
  }

  os::TemporaryDirectory temporary_ = os::TemporaryDirectory::create().value();
};

TEST_P(RootedDirectoryTest, OpensFilesBelow) {
  EXPECT_EQ(content("a/file"), "inside");
}

TEST_P(RootedDirectoryTest, FollowsLinksThatStayInsideOrNone) {
  fs::create_symlink("a/file", inside() / "link");
  fs::create_directory_symlink("a", inside() / "b");
  if (GetParam() == RootedDirectory::Resolver::kKernel) {
    EXPECT_EQ(content("link"), "inside");
    EXPECT_EQ(content("b/file"), "inside");
  } else {
    EXPECT_FALSE(root().open_file("link"));
    EXPECT_FALSE(root().open_file("b/file"));
  }
}

TEST_P(RootedDirectoryTest, RefusesLinksThatLeadOutside) {
  fs::create_symlink("../secret", inside() / "relative");
  fs::create_symlink(temporary_.path() / "secret", inside() / "absolute");
  fs::create_directory_symlink("..", inside() / "up");
  for (const std::string_view way : {"relative", "absolute", "up/secret", "../secret", "a/../../secret"}) {
    const Result<os::File> file = root().open_file(way);
    ASSERT_FALSE(file) << way;
    const bool known = file.error().code == ErrorCode::kPermissionDenied || file.error().code == ErrorCode::kNotFound;
    EXPECT_TRUE(known) << way << ": " << file.error().message;
  }
}

TEST_P(RootedDirectoryTest, TakesADirectoryForNoFile) {
  EXPECT_EQ(root().open_file("a").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(root().open_file("a/file/more").error().code, ErrorCode::kNotFound);
}

TEST_P(RootedDirectoryTest, ListsWithoutLinksThatLeadOutside) {
  fs::create_symlink("../secret", inside() / "relative");
  fs::create_directory(inside() / "b");
  std::vector<std::string> names;
  const std::vector<RootedDirectory::Child> children = root().children().value();
  for (const RootedDirectory::Child& child : children) names.push_back(child.name);
  EXPECT_THAT(names, ElementsAre("a", "b"));
}

TEST_P(RootedDirectoryTest, MakesMissingDirectories) {
  ASSERT_TRUE(root().make_directory("x/y/z"));
  ASSERT_TRUE(root().make_directory("x/y/z"));
  EXPECT_TRUE(fs::is_directory(inside() / "x" / "y" / "z"));
}

TEST_P(RootedDirectoryTest, MakesNoDirectoryThroughALinkThatLeadsOutside) {
  fs::create_directory_symlink("..", inside() / "up");
  EXPECT_FALSE(root().make_directory("up/new"));
  EXPECT_FALSE(fs::exists(temporary_.path() / "new"));
}

INSTANTIATE_TEST_SUITE_P(Resolvers, RootedDirectoryTest,
                         testing::Values(RootedDirectory::Resolver::kKernel, RootedDirectory::Resolver::kWalking),
                         [](const auto& info) {
                           return info.param == RootedDirectory::Resolver::kKernel ? "Kernel" : "Walking";
                         });

}  // namespace
}  // namespace beamport::store
