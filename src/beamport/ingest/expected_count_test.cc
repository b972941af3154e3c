// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/expected_count.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kBruker =
    "[Acquisition]\r\nNumber Of Files=  471\r\nNumber Of Rows=  896\r\n[Reconstruction]\r\nReconstruction "
    "Program=NRecon\r\nFirst Section=27\r\nLast Section=1454\r\nSection to Section Step=1\r\nSections Count=1428\r\n";

StatedCount said_by(std::string_view name, std::string_view text) {
  const auto said = read_sidecar(name, text);
  EXPECT_TRUE(said) << said.error().message;
  return said && *said ? **said : StatedCount{};
}

bool says_nothing(std::string_view name, std::string_view text) {
  const auto said = read_sidecar(name, text);
  EXPECT_TRUE(said) << said.error().message;
  return said && !*said;
}

std::string complaint(std::string_view name, std::string_view text) {
  const auto said = read_sidecar(name, text);
  EXPECT_FALSE(said) << text;
  return said ? "" : said.error().message;
}

TEST(ExpectedCount, ReadsWhatStatesTheSizeOfTheReconstruction) {
  EXPECT_EQ(said_by("a_rec.log", kBruker), (StatedCount{1428, 27}));
  EXPECT_EQ(said_by("a.xtekct", "\xEF\xBB\xBF[XTekCT]\r\nVoxelsX=1000\r\nVoxelsZ = 814 \r\n"), (StatedCount{814, {}}));
  EXPECT_EQ(said_by("a.vol.info", "! PyHST_SLAVE VOLUME INFO FILE\nNUM_X = 9\nNUM_Z = 2160\n"),
            (StatedCount{2160, {}}));
  EXPECT_EQ(said_by("beamport.json", R"({"slices": 2048})"), (StatedCount{2048, {}}));
  EXPECT_EQ(said_by("x.beamport.json", R"({"slices": 7, "first_number": 0, "more": "is fine"})"), (StatedCount{7, 0}));
}

TEST(ExpectedCount, ANumberOfProjectionsIsNoAnswer) {
  EXPECT_TRUE(says_nothing("a.log", "[Acquisition]\r\nNumber Of Files=  471\r\nSections Count=3\r\n"));
  EXPECT_TRUE(says_nothing("a.xtekct", "VoxelsZ=814\r\n[XTekCT]\r\nProjections=1570\r\n[Other]\r\nVoxelsZ=814\r\n"));
  EXPECT_TRUE(says_nothing("beamport.json", R"({"projections": 1800})"));
  EXPECT_TRUE(says_nothing("scan.txt", kBruker));
  EXPECT_TRUE(says_nothing("a.log", ""));
}

TEST(ExpectedCount, ASkippedSectionLeavesTheNumbersOpen) {
  std::string text(kBruker);
  text.replace(text.find("Step=1"), 6, "Step=2");
  EXPECT_EQ(said_by("a.log", text), (StatedCount{1428, {}}));
}

TEST(ExpectedCount, RefusesWhatCannotBe) {
  std::string text(kBruker);
  text.replace(text.find("1454"), 4, "1455");
  EXPECT_THAT(complaint("a.log", text), HasSubstr("Sections Count is 1428, but sections 27 to 1455 are 1429"));
  for (const char* value : {"0", "-1", "1000001", "1.5", "many", "", "99999999999999999999", "814 slices"}) {
    EXPECT_THAT(complaint("a.xtekct", std::string("[XTekCT]\nVoxelsZ=") + value), HasSubstr("VoxelsZ")) << value;
  }
  for (const char* json : {"", "[]", "{\"slices\": \"9\"}", "{\"slices\": 0}", "{\"slices\": 1e9}",
                           "{\"slices\": 9, \"first_number\": -1}", "{\"slices\": 9} x"}) {
    EXPECT_NE(complaint("beamport.json", json), "") << json;
  }
  EXPECT_THAT(complaint("a.log", std::string(kMaxSidecarBytes + 1, 'a')), HasSubstr("larger"));
}

class ExpectedCountFiles : public testing::Test {
 protected:
  void write(const std::filesystem::path& path, std::string_view text) {
    ASSERT_TRUE(os::replace_file(path, as_byte_view(text)));
  }
  ExpectedCount find(const std::optional<StatedCount>& stated = {}) { return find_expected_count(scan_, stated); }

  os::TemporaryDirectory root_ = os::TemporaryDirectory::create().value();
  std::filesystem::path scan_ = [this] {
    std::filesystem::create_directory(root_.path() / "bone 1");
    return root_.path() / "bone 1";
  }();
};

TEST_F(ExpectedCountFiles, NobodySaysAnything) {
  write(scan_ / "slice_0001.tif", "x");
  write(scan_ / "notes.log", "no sections here");
  EXPECT_FALSE(find().count);
  EXPECT_THAT(find().notes, IsEmpty());
  EXPECT_FALSE(find_expected_count(root_.path() / "none", {}).count);
}

TEST_F(ExpectedCountFiles, TheTriggerGoesBeforeEveryFile) {
  write(scan_ / "a_rec.log", kBruker);
  EXPECT_EQ(find(StatedCount{5, 1}).count, (StatedCount{5, 1}));
  EXPECT_EQ(find(StatedCount{5, 1}).told_by, "the trigger");
}

TEST_F(ExpectedCountFiles, ReadsSidecarsInTheDirectoryAndBesideIt) {
  write(scan_ / "a_rec.log", kBruker);
  EXPECT_EQ(find().count, (StatedCount{1428, 27}));
  EXPECT_EQ(find().told_by, (scan_ / "a_rec.log").string());
  std::filesystem::remove(scan_ / "a_rec.log");
  write(root_.path() / "bone 1.xtekct", "[XTekCT]\nVoxelsZ=814\n");
  write(root_.path() / "bone 2.xtekct", "[XTekCT]\nVoxelsZ=99\n");  // another scan's
  EXPECT_EQ(find().count, (StatedCount{814, {}}));
}

TEST_F(ExpectedCountFiles, OfAFileBesideIt) {
  write(root_.path() / "bone.tif", "x");
  write(root_.path() / "bone.beamport.json", R"({"slices": 12})");
  EXPECT_EQ(find_expected_count(root_.path() / "bone.tif", {}).count, (StatedCount{12, {}}));
}

TEST_F(ExpectedCountFiles, TwoThatAgreeAreOneAndTwoThatDisagreeAreNone) {
  write(scan_ / "a.xtekct", "[XTekCT]\nVoxelsZ=1428\n");
  write(scan_ / "a_rec.log", kBruker);
  EXPECT_EQ(find().count, (StatedCount{1428, 27}));
  write(scan_ / "beamport.json", R"({"slices": 1427})");
  EXPECT_FALSE(find().count);
  EXPECT_THAT(find().notes, ElementsAre(HasSubstr("neither is believed")));
}

TEST_F(ExpectedCountFiles, ADamagedSidecarIsNotedAndPassedOver) {
  write(scan_ / "a.xtekct", "[XTekCT]\nVoxelsZ=lots\n");
  write(scan_ / "b.info", std::string(kMaxSidecarBytes + 1, ' '));
  EXPECT_FALSE(find().count);
  EXPECT_THAT(find().notes, ElementsAre(HasSubstr("a.xtekct"), HasSubstr("b.info")));
}

TEST_F(ExpectedCountFiles, ALinkIsNotFollowed) {
  write(root_.path() / "secret", R"({"slices": 9})");
  std::filesystem::create_symlink(root_.path() / "secret", scan_ / "beamport.json");
  std::filesystem::create_symlink(root_.path() / "secret", root_.path() / "bone 1.beamport.json");
  EXPECT_FALSE(find().count);
}

TEST(ExpectedCountRealData, TheSidecarsOfTheInstruments) {
  const char* shared = std::getenv("BEAMPORT_SHARED_DATA");
  const std::filesystem::path sidecars =
      (shared != nullptr ? std::filesystem::path(shared)
                         : std::filesystem::path(BEAMPORT_SOURCE_DIR) / ".." / "shared" / "data") /
      "sidecars";
  if (!std::filesystem::exists(sidecars)) GTEST_SKIP() << "no shared data";
  const auto in = [&](const std::filesystem::path& path) { return find_expected_count(sidecars / path, {}).count; };
  EXPECT_EQ(in("bruker/skyscan_1272/DRP_P21_3/DRP_P21_3_Rec"), (StatedCount{1428, 27}));
  EXPECT_EQ(in("bruker/skyscan_1173"), (StatedCount{1841, 379}));
  EXPECT_EQ(in("nikon/Lego_alignment test_1 [2023-10-18 11.22.08]"), (StatedCount{814, {}}));
  EXPECT_EQ(in("tomcat"), std::nullopt);
}

}  // namespace
}  // namespace beamport::ingest
