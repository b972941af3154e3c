// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_removal.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SourceRemovalTest : public testing::Test {
 protected:
  SourceRemovalTest() {
    fs::create_directories(source_);
    for (const char* name : {"s_1.tif", "s_2.tif", "s_3.tif"}) write(name, "slice");
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(source_ / name) << text; }

  os::TemporaryDirectory folder_ = os::TemporaryDirectory::create().value();
  fs::path source_ = folder_.path() / "landing" / "scan";
  fs::path file_ = folder_.path() / ".beamport" / "removals" / "list.json";
};

TEST_F(SourceRemovalTest, TheListGoesAndTheFolderWithIt) {
  const auto said = remove_listed(list_removal(source_, "*").value(), {});
  ASSERT_TRUE(said.has_value()) << said.error().message;
  EXPECT_THAT(*said, HasSubstr("3 slices"));
  EXPECT_FALSE(fs::exists(source_));
  EXPECT_TRUE(fs::exists(source_.parent_path()));
}

TEST_F(SourceRemovalTest, WhatIsNoSliceStaysAndSoDoesItsFolder) {
  write(".notes", "voltage");
  write("other.tif", "of another pattern");
  ASSERT_TRUE(remove_listed(list_removal(source_, "s_*").value(), {}));
  EXPECT_FALSE(fs::exists(source_ / "s_1.tif"));
  EXPECT_TRUE(fs::exists(source_ / ".notes"));
  EXPECT_TRUE(fs::exists(source_ / "other.tif"));
}

TEST_F(SourceRemovalTest, ItGoesOnAfterACrashFromWhatWasWrittenDown) {
  ASSERT_TRUE(keep_removal(file_, list_removal(source_, "*").value()));
  fs::remove(source_ / "s_1.tif");  // and then it ended
  const auto removal = read_removal(file_);
  ASSERT_TRUE(removal.has_value() && removal->has_value());
  ASSERT_TRUE(remove_listed(**removal, {}));
  EXPECT_FALSE(fs::exists(source_));
  EXPECT_TRUE(remove_listed(**removal, {})) << "and once more";
}

TEST_F(SourceRemovalTest, WhatWasWrittenAgainStays) {
  const SourceRemoval removal = list_removal(source_, "*").value();
  write("s_2.tif", "another slice");
  fs::remove(source_ / "s_3.tif");
  write("s_3.tif", "slice");  // the same name, size and content, but another file
  write("s_4.tif", "slice");
  const auto said = remove_listed(removal, {});
  ASSERT_TRUE(said.has_value());
  EXPECT_THAT(*said, HasSubstr("were written again"));
  EXPECT_FALSE(fs::exists(source_ / "s_1.tif"));
  for (const char* name : {"s_2.tif", "s_3.tif", "s_4.tif"}) EXPECT_TRUE(fs::exists(source_ / name)) << name;
}

TEST_F(SourceRemovalTest, AFileCanBeASource) {
  const auto removal = list_removal(source_ / "s_1.tif", "*").value();
  ASSERT_TRUE(remove_listed(removal, {}));
  EXPECT_FALSE(fs::exists(source_ / "s_1.tif"));
  EXPECT_TRUE(fs::exists(source_ / "s_2.tif"));
}

TEST_F(SourceRemovalTest, AStopRequestAndASourceThatIsAwayAreErrors) {
  const auto removal = list_removal(source_, "*").value();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(remove_listed(removal, stop.get_token()).error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(fs::exists(source_ / "s_1.tif"));
  fs::rename(source_.parent_path(), folder_.path() / "away");
  EXPECT_EQ(remove_listed(removal, {}).error().code, ErrorCode::kNotFound);
}

TEST_F(SourceRemovalTest, AListThatLeavesTheSourceIsRefused) {
  EXPECT_FALSE(read_removal(file_).value().has_value());
  fs::create_directories(file_.parent_path());
  for (const char* name : {"../other.tif", "/etc/passwd", ".."}) {
    ASSERT_TRUE(keep_removal(file_, {.source = source_.string(), .slices = {{.name = name}}}));
    EXPECT_EQ(read_removal(file_).error().code, ErrorCode::kCorrupt) << name;
  }
  std::ofstream(file_) << "{";
  EXPECT_FALSE(read_removal(file_).has_value());
}

}  // namespace
}  // namespace beamport::ingest
