// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/file_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_samples.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

using testing::ElementsAre;

TEST(FilePattern, KnowsTiffNames) {
  for (const std::string_view name : {"a.tif", "a.tiff", "A.TIF", "b.Tiff", ".tif"})
    EXPECT_TRUE(has_tiff_extension(name));
  for (const std::string_view name : {"a.tif.part", "tif", "a.tifff", "a.txt", ""}) {
    EXPECT_FALSE(has_tiff_extension(name)) << name;
  }
  EXPECT_EQ(without_tiff_extension("s_1.TIFF"), "s_1");
  EXPECT_EQ(without_tiff_extension("s_1.raw"), "s_1.raw");
}

TEST(FilePattern, MatchesStarsAndQuestionMarks) {
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("slice_*.tif", "slice_001.tif"));
  EXPECT_TRUE(matches_wildcard("slice_*.tif", "slice_.tif"));
  EXPECT_FALSE(matches_wildcard("slice_*.tif", "slice_001.tiff"));
  EXPECT_TRUE(matches_wildcard("s?.tif", "s1.tif"));
  EXPECT_FALSE(matches_wildcard("s?.tif", "s.tif"));
  EXPECT_TRUE(matches_wildcard("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(matches_wildcard("a*b*c", "aXbX"));
  EXPECT_FALSE(matches_wildcard("", "a"));
  EXPECT_FALSE(matches_wildcard("[ab].tif", "a.tif"));
}

TEST(FilePattern, HostilePatternsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(matches_wildcard(pattern, std::string(5000, 'a') + "b"));
}

TEST(FilePattern, ListsTiffFilesAndNotesTheRest) {
  const auto directory = os::TemporaryDirectory::create().value();
  for (const char* name : {"b.tif", "a.TIFF", "log.txt", "meta.json", ".b.tif"}) {
    write_bytes(directory.path() / name, as_byte_view("x"));
  }
  std::filesystem::create_directory(directory.path() / "previews");
  const auto listing = list_tiff_files(directory.path(), "*", 100);
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_THAT(listing->names, ElementsAre("a.TIFF", "b.tif"));
  EXPECT_THAT(listing->notes, ElementsAre("ignored 2 files that are not TIFF: log.txt, meta.json",
                                          "ignored 1 hidden file: .b.tif", "ignored 1 directory: previews"));
  EXPECT_THAT(list_tiff_files(directory.path(), "b*", 100)->names, ElementsAre("b.tif"));
  EXPECT_EQ(list_tiff_files(directory.path(), "*", 1).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(list_tiff_files(directory.path() / "absent", "*", 1).error().code, ErrorCode::kNotFound);
}

TEST(FilePattern, RefusesADirectoryNamedLikeASlice) {
  const auto directory = os::TemporaryDirectory::create().value();
  std::filesystem::create_directory(directory.path() / "slice_7.tif");
  const auto listing = list_tiff_files(directory.path(), "*", 100);
  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(listing.error().message, testing::HasSubstr("slice_7.tif is a directory"));
  EXPECT_TRUE(list_tiff_files(directory.path(), "scan*", 100));
}

}  // namespace
}  // namespace beamport::image
