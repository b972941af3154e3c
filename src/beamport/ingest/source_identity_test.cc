// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

using testing::ElementsAre;
using Kind = ListedName::Kind;

TEST(SourceIdentity, TakesOnlySlices) {
  const std::vector<ListedName> names{{"b_2.tif", Kind::kFile},   {"b_1.TIFF", Kind::kLink},
                                      {"notes.txt", Kind::kFile}, {"dir.tif", Kind::kDirectory},
                                      {".b_3.tif", Kind::kFile},  {"b_4.part.tif", Kind::kFile},
                                      {"a_1.tif", Kind::kFile}};
  EXPECT_THAT(slices_among(names, "b_*"), ElementsAre("b_1.TIFF", "b_2.tif"));
  EXPECT_EQ(slices_among(names, "*").size(), 3U);
}

class SourceIdentityTest : public testing::Test {
 protected:
  SourceIdentityTest() {
    for (int i = 0; i < 8; ++i) write(i, "12345678");
  }
  void write(int i, std::string_view text) {
    auto file = os::File::create(path(i), os::File::Create::kTruncate);
    ASSERT_TRUE(file->write_all(0, as_byte_view(text)));
  }
  std::filesystem::path path(int i) { return root_.path() / ("s_" + std::to_string(i) + ".tif"); }
  SourceIdentity identify() {
    auto identity = identify_source(*view_, root_.path(), "*");
    EXPECT_TRUE(identity) << identity.error().message;
    return identity.value_or(SourceIdentity{});
  }
  void move_time(int i, std::chrono::seconds by) {
    std::filesystem::last_write_time(path(i), std::filesystem::last_write_time(path(i)) + by);
  }

  os::TemporaryDirectory root_ = os::TemporaryDirectory::create().value();
  std::unique_ptr<SourceView> view_ = make_disk_view();
};

TEST_F(SourceIdentityTest, IsTheSameWhileNothingChanges) {
  const SourceIdentity first = identify();
  EXPECT_EQ(first.quick.size(), 24U);
  EXPECT_EQ(first.full.size(), 24U);
  std::filesystem::permissions(path(0), std::filesystem::perms::owner_read);  // nobody's content
  ASSERT_TRUE(os::replace_file(root_.path() / "notes.txt", {}));
  EXPECT_EQ(identify(), first);
}

TEST_F(SourceIdentityTest, NoticesEverySingleSlice) {
  SourceIdentity before = identify();
  for (int i = 0; i < 8; ++i) {
    move_time(i, std::chrono::seconds(-1));  // backwards, as a writer with another clock would
    const SourceIdentity after = identify();
    EXPECT_NE(after.full, before.full) << i;
    EXPECT_EQ(after.quick != before.quick, i == 0 || i == 4 || i == 7) << i;
    before = after;
  }
  write(3, "123456789");
  EXPECT_NE(identify().full, before.full);
}

TEST_F(SourceIdentityTest, NoticesNamesThatComeAndGo) {
  const SourceIdentity first = identify();
  std::filesystem::rename(path(3), root_.path() / "s_33.tif");
  EXPECT_NE(identify().quick, first.quick);
  EXPECT_NE(identify().full, first.full);
  std::filesystem::rename(root_.path() / "s_33.tif", path(3));
  EXPECT_EQ(identify(), first);
}

TEST_F(SourceIdentityTest, StaysItselfOnOtherDisks) {
  const SourceIdentity first = identify();
  for (int i = 0; i < 8; ++i) {
    const auto time = std::filesystem::last_write_time(path(i));
    std::filesystem::copy_file(path(i), root_.path() / "copy");
    std::filesystem::rename(root_.path() / "copy", path(i));
    std::filesystem::last_write_time(path(i), time);
  }
  EXPECT_NE(identify().quick, first.quick);
  EXPECT_EQ(identify().full, first.full);
}

TEST_F(SourceIdentityTest, AFileHasOneToo) {
  const auto first = identify_source(*view_, path(0), "*");
  ASSERT_TRUE(first);
  EXPECT_NE(first->quick, first->full);
  move_time(0, std::chrono::seconds(1));
  EXPECT_NE(identify_source(*view_, path(0), "*")->full, first->full);
  EXPECT_EQ(identify_source(*view_, root_.path() / "none", "*").error().code, ErrorCode::kNotFound);
}

TEST_F(SourceIdentityTest, AnEmptyDirectoryIsOneToo) {
  const NamedSource empty(root_.path(), {});
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_TRUE(empty.quick(*view_));
}

TEST_F(SourceIdentityTest, ASampleThatIsGoneIsSaid) {
  const std::vector<std::string> names{"s_0.tif", "s_1.tif"};
  const NamedSource source(root_.path(), names);
  std::filesystem::remove(path(1));
  EXPECT_EQ(source.quick(*view_).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace beamport::ingest
