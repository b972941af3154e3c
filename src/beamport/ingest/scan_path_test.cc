// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_path.h"

#include <array>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

using testing::HasSubstr;

ScanPattern pattern(std::string_view text) {
  auto compiled = ScanPattern::compile(text);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return *compiled;
}

ErrorCode code_of(const ScanPattern& pattern, std::string_view path) {
  const auto fields = pattern.read(path);
  EXPECT_FALSE(fields) << path;
  return fields ? ErrorCode::kInternal : fields.error().code;
}

std::string refusal(std::string_view name) {
  const auto checked = check_scan_name(name);
  return checked ? "" : checked.error().message;
}

TEST(ScanPath, ReadsThePlacesOfTheBeamline) {
  const ScanPattern p14 = pattern("<year>/<user>/<YYYYMMDD>/<scan>");
  EXPECT_EQ(p14.depth(), 4U);
  EXPECT_EQ(p14.read("2026/p14u042/20260314/mouse lung_07").value(),
            (ScanFields{"p14u042", "20260314", "mouse lung_07"}));
  EXPECT_EQ(image_path_of(*p14.read("2026/müller/20240229/Probe µ 1")).value(), "müller/20240229/Probe µ 1.ome.zarr");
}

TEST(ScanPath, ReadsNamesWithFixedText) {
  const ScanPattern tied = pattern("<any>/PROCESSED_DATA/<YYYYMMDD>_<user>/rec_<scan>_<year>");
  EXPECT_EQ(tied.read("x/PROCESSED_DATA/20260314_ann/rec_a_b_2026").value(), (ScanFields{"ann", "20260314", "a_b"}));
  for (const char* other : {"x/processed_data/20260314_ann/rec_a_2026", "x/PROCESSED_DATA/20260314ann/rec_a_2026",
                            "x/PROCESSED_DATA/20260314_/rec_a_2026", "x/PROCESSED_DATA/20260314_ann/rec__2026",
                            "x/PROCESSED_DATA/20260314_ann/rec_2026", "x/PROCESSED_DATA/20260314_ann/rec_a_3026"}) {
    EXPECT_EQ(code_of(tied, other), ErrorCode::kNotFound) << other;
  }
}

TEST(ScanPath, ReadsFilesWithEitherTiffEnding) {
  const ScanPattern files = pattern("<user>/<scan>.tif");
  EXPECT_TRUE(files.is_file());
  EXPECT_EQ(files.read("ann/bone.TIFF").value(), (ScanFields{"ann", "", "bone"}));
  EXPECT_EQ(code_of(files, "ann/bone.h5"), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(files, "ann/.tif"), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(files, "ann/x.zarr.tif"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(pattern("<any>/<scan>"), "a\nb/x"), ErrorCode::kInvalidArgument);  // it would be in messages
  EXPECT_FALSE(pattern("<user>/<scan>").is_file());
}

TEST(ScanPath, PassesOverWhatIsNoScan) {
  const ScanPattern p14 = pattern("<year>/<user>/<YYYYMMDD>/<scan>");
  for (const char* other :
       {"", "/", "2026", "2026/ann/20260314", "2026/ann/20260314/a/b", "26/ann/20260314/a", "lost+found/ann/20260314/a",
        "2026/ann/20260230/a", "2026/ann/20250229/a", "2026/ann/20261301/a", "2026/ann/2026-03-14/a",
        "2026/.snapshot/20260314/a", "2026/ann/20260314/.hidden", "2026//20260314/a", "2026/ann/20260314/",
        "2026/ann/20260314/..", "2026/../20260314/a", "/2026/ann/20260314/a"}) {
    EXPECT_EQ(code_of(p14, other), ErrorCode::kNotFound) << other;
  }
}

TEST(ScanPath, RefusesNamesThatWouldNotBeSafe) {
  EXPECT_EQ(refusal("a"), "");
  EXPECT_EQ(refusal("Knochen 3 (rechts) #2 [25°C], 50%"), "");
  EXPECT_EQ(refusal("試料-01"), "");
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("-rf"), HasSubstr("begins with '-'"));
  EXPECT_THAT(refusal(" a"), HasSubstr("begins with ' '"));
  EXPECT_THAT(refusal("a."), HasSubstr("ends with '.'"));
  EXPECT_THAT(refusal("a  b"), HasSubstr("two spaces"));
  EXPECT_THAT(refusal("a/b"), HasSubstr("contains /"));
  EXPECT_THAT(refusal("a\\b"), HasSubstr("contains \\"));
  EXPECT_THAT(refusal("a<b"), HasSubstr("contains <"));
  EXPECT_THAT(refusal("a\nb"), HasSubstr("'a\\x0ab' contains the invisible or control character U+000A"));
  EXPECT_THAT(refusal(std::string_view("a\0b", 3)), HasSubstr("U+0000"));
  EXPECT_THAT(refusal("a\xC2\xA0"
                      "b"),
              HasSubstr("U+00A0"));                                 // a space that is none
  EXPECT_THAT(refusal("txt\xE2\x80\xAEgpj"), HasSubstr("U+202E"));  // turns the text round
  EXPECT_THAT(refusal("a\xFF"), HasSubstr("no valid UTF-8"));
  EXPECT_THAT(refusal("a\xC0\xAF"), HasSubstr("no valid UTF-8"));      // "/" in two bytes
  EXPECT_THAT(refusal("a\xED\xA0\x80"), HasSubstr("no valid UTF-8"));  // half a pair
  EXPECT_THAT(refusal("mu\xCC\x88ller"), HasSubstr("normal form C"));
  EXPECT_THAT(refusal("scan.partial"), HasSubstr("ends with .partial"));
  EXPECT_THAT(refusal("scan.ome.ZARR"), HasSubstr("ends with .zarr"));
  EXPECT_EQ(refusal(std::string(kMaxNameBytes, 'a')), "");
  EXPECT_THAT(refusal(std::string(kMaxNameBytes + 1, 'a')), HasSubstr("has 201 bytes"));
  EXPECT_FALSE(image_path_of({"..", "", "a"}));
  EXPECT_FALSE(image_path_of({"ann", "20260314", ""}));
}

TEST(ScanPath, ExplainsAPatternThatIsWrong) {
  const auto complaint = [](std::string_view text) {
    const auto compiled = ScanPattern::compile(text);
    EXPECT_FALSE(compiled) << text;
    return compiled ? "" : compiled.error().message;
  };
  EXPECT_THAT(complaint("<user>/<date>/<scan>"), HasSubstr("'<date>': there are <year>, <user>, <YYYYMMDD>"));
  EXPECT_THAT(complaint("<user>/<sc"), HasSubstr("'<sc'"));
  EXPECT_THAT(complaint("<user>_<scan>"), HasSubstr("several ways"));
  EXPECT_THAT(complaint("<user>/<user>/<scan>"), HasSubstr("only once"));
  EXPECT_THAT(complaint("<user>"), HasSubstr("needs <scan> exactly once"));
  EXPECT_THAT(complaint("../<scan>"), HasSubstr("no name of a directory"));
  EXPECT_THAT(complaint("/<scan>"), HasSubstr("no name of a directory"));
  EXPECT_THAT(complaint("<user>//<scan>"), HasSubstr("no name of a directory"));
  EXPECT_THAT(complaint("a\tb/<scan>"), HasSubstr("U+0009"));
  EXPECT_THAT(complaint("a>b/<scan>"), HasSubstr("contains >"));
  EXPECT_THAT(complaint(""), HasSubstr("no name of a directory"));
  EXPECT_THAT(complaint(std::string(2000, 'a')), HasSubstr("at most 1024 bytes"));
  std::string deep;
  for (int i = 0; i < 17; ++i) deep += "<any>/";
  EXPECT_THAT(complaint(deep + "<scan>"), HasSubstr("18 levels"));
}

// Whatever the names on the disk are, the image is exactly three names below the data directory, visible, and its
// fields can be read from the path of its source again.
TEST(ScanPath, NoPathLeavesTheDataDirectory) {
  const ScanPattern p14 = pattern("<year>/<user>/<YYYYMMDD>/<scan>");
  constexpr std::array<std::string_view, 20> kMorsels{"a",
                                                      ".",
                                                      "..",
                                                      "/",
                                                      "-",
                                                      " ",
                                                      "\\",
                                                      "%2e",
                                                      "\xCC\x88",
                                                      "u",
                                                      "\xE2\x80\xAE",
                                                      "\n",
                                                      "\xFF",
                                                      ".zarr",
                                                      ".partial",
                                                      "~",
                                                      "9",
                                                      "é",
                                                      std::string_view("\0", 1),
                                                      "😀"};
  std::mt19937 random(20261125);
  const auto any_name = [&] {
    std::string name;
    for (auto left = random() % 5; left > 0; --left) name += kMorsels[random() % kMorsels.size()];
    return name;
  };
  const std::filesystem::path data = "/data";
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string user = any_name();
    const std::string scan = any_name();
    const auto fields = p14.read("2026/" + user + "/20260314/" + scan);
    if (!fields) continue;
    ++accepted;
    ASSERT_EQ(fields->user, user);
    ASSERT_EQ(fields->scan, scan);
    const auto image = image_path_of(*fields);
    ASSERT_TRUE(image) << user << " " << scan;
    const std::filesystem::path full = data / *image;
    ASSERT_EQ(full.lexically_normal(), full);
    ASSERT_EQ(full.parent_path().parent_path().parent_path(), data);
    ASSERT_FALSE(image->starts_with('.') || image->find("/.") != image->npos || image->find("/-") != image->npos);
    ASSERT_LT((full.filename().string() + ".partial").size(), 255U);
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace beamport::ingest
