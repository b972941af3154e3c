// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/tiff_directory.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_samples.h"
#include "beamport/image/tiff_tag.h"

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<TiffDirectory> parse(ByteView bytes, const TiffLimits& limits = {}) {
  return TiffDirectory::parse(*make_memory_reader(bytes, "sample.tif"), limits);
}

Error error_of(ByteView bytes, const TiffLimits& limits = {}) {
  const auto result = parse(bytes, limits);
  return result ? Error{ErrorCode::kInternal, "parsed without an error", {}} : result.error();
}

// A page of 3 × 2 pixels that lie behind the header, with one field changed.
Bytes tiny(HandmadeTiff::Field field) {
  HandmadeTiff tiff;
  const std::uint64_t pixels = tiff.append(Bytes(6));
  tiff.append_directory(with(grey_fields(3, 2, pixels), field));
  return tiff.bytes();
}

Error error_with(HandmadeTiff::Field field) {
  return error_of(tiny(field));
}

TEST(TiffDirectory, ReadsBothByteOrdersAndBigTiff) {
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    for (const bool big : {false, true}) {
      HandmadeTiff tiff(order, big);
      const std::uint64_t pixels = tiff.append(Bytes(6));
      const std::uint64_t at = tiff.append_directory(grey_fields(3, 2, pixels));
      tiff.append_directory(with(grey_fields(3, 2, pixels), {tiff::kCompression, tiff::kShort, 1, 5}));
      const auto directory = parse(tiff.bytes());
      ASSERT_TRUE(directory) << directory.error().message;
      EXPECT_EQ(directory->byte_order(), order);
      EXPECT_EQ(directory->is_big(), big);
      ASSERT_EQ(directory->pages().size(), 2U);
      const TiffPage& page = directory->pages()[0];
      EXPECT_EQ(page.directory_offset, at);
      EXPECT_EQ(page.width, 3);
      EXPECT_EQ(page.height, 2);
      EXPECT_EQ(page.bits_per_sample, 8);
      EXPECT_EQ(page.block_height, 2);
      EXPECT_FALSE(page.tiled);
      EXPECT_EQ(directory->pages()[1].compression, 5);
      EXPECT_EQ(directory->pages()[1].number, 2);
      const auto reader = make_memory_reader(tiff.bytes(), "sample.tif");
      EXPECT_EQ(directory->read_table(*reader, page.block_offsets, 0, 1).value().at(0), pixels);
      EXPECT_FALSE(directory->read_table(*reader, page.block_offsets, 0, 2));
    }
  }
}

TEST(TiffDirectory, ReadsTablesInPieces) {
  HandmadeTiff tiff(std::endian::big);
  const Bytes table = {std::byte{0}, std::byte{10}, std::byte{0}, std::byte{20}, std::byte{1}, std::byte{0}};
  const std::uint64_t at = tiff.append(table);
  auto fields = with(grey_fields(3, 3, 0), {tiff::kStripOffsets, tiff::kShort, 3, at});
  fields = with(fields, {tiff::kRowsPerStrip, tiff::kShort, 1, 1});
  fields = with(fields, {tiff::kStripByteCounts, tiff::kShort, 3, at});
  tiff.append_directory(fields);
  const auto directory = parse(tiff.bytes());
  ASSERT_TRUE(directory) << directory.error().message;
  const auto reader = make_memory_reader(tiff.bytes(), "sample.tif");
  EXPECT_THAT(directory->read_table(*reader, directory->pages()[0].block_offsets, 1, 2).value(),
              testing::ElementsAre(20, 256));
}

TEST(TiffDirectory, ReadsDescriptionAndResolution) {
  HandmadeTiff tiff;
  const std::uint64_t text = tiff.append(as_byte_view(std::string_view("ImageJ=1\n\0\0", 11)));
  const std::uint64_t ratio = tiff.append(Bytes{std::byte{3}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{2},
                                                std::byte{0}, std::byte{0}, std::byte{0}});
  auto fields = with(grey_fields(1, 1, 8), {tiff::kImageDescription, tiff::kAscii, 11, text});
  fields = with(fields, {tiff::kXResolution, tiff::kRational, 1, ratio});
  tiff.append_directory(fields);
  const auto directory = parse(tiff.bytes());
  ASSERT_TRUE(directory) << directory.error().message;
  const auto reader = make_memory_reader(tiff.bytes(), "sample.tif");
  const TiffPage& page = directory->pages()[0];
  EXPECT_EQ(directory->read_description(*reader, page).value(), "ImageJ=1\n");
  TiffLimits limits;
  limits.max_description_bytes = 3;
  EXPECT_EQ(directory->read_description(*reader, page, limits).value(), "Ima");
  EXPECT_DOUBLE_EQ(page.x_resolution, 1.5);
  EXPECT_DOUBLE_EQ(page.y_resolution, 0);
}

TEST(TiffDirectory, RefusesWhatIsNoTiff) {
  EXPECT_EQ(error_of({}).message, "sample.tif: the file is empty");
  EXPECT_THAT(error_of(as_byte_view("II*")).message, HasSubstr("less than a header"));
  EXPECT_THAT(error_of(as_byte_view("\x89PNG\r\n\x1a\n....")).message, HasSubstr("not a TIFF file"));
  EXPECT_THAT(error_of(as_byte_view("II\x2c...............")).message, HasSubstr("expected 42 or 43"));
  EXPECT_EQ(error_of({}).code, ErrorCode::kCorrupt);
}

TEST(TiffDirectory, RefusesAFileWithoutPages) {
  EXPECT_THAT(error_of(HandmadeTiff().bytes()).message, HasSubstr("without any page"));
  EXPECT_THAT(error_of(HandmadeTiff(std::endian::big, true).bytes()).message, HasSubstr("without any page"));
}

TEST(TiffDirectory, RefusesLoops) {
  HandmadeTiff tiff;
  const std::uint64_t pixels = tiff.append(Bytes(6));
  const std::uint64_t first = tiff.append_directory(grey_fields(3, 2, pixels));
  tiff.append_directory(grey_fields(3, 2, pixels));
  tiff.set_next(first);
  EXPECT_THAT(error_of(tiff.bytes()).message, AllOf(HasSubstr("sample.tif: page 3"), HasSubstr("loops back")));
}

TEST(TiffDirectory, RefusesDirectoriesPastTheEnd) {
  HandmadeTiff tiff;
  tiff.set_next(1'000'000);
  EXPECT_THAT(error_of(tiff.bytes()).message, AllOf(HasSubstr("page 1"), HasSubstr("past the end")));
  HandmadeTiff big(std::endian::little, true);
  big.set_next(~std::uint64_t{0});
  EXPECT_THAT(error_of(big.bytes()).message, HasSubstr("past the end"));
}

TEST(TiffDirectory, EveryTruncationOfAGoodFileIsAnError) {
  HandmadeTiff tiff;
  const std::uint64_t pixels = tiff.append(Bytes(6));
  tiff.append_directory(grey_fields(3, 2, pixels));
  for (std::size_t length = 0; length < tiff.bytes().size(); ++length) {
    const auto error = error_of(ByteView(tiff.bytes()).first(length));
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << length << ": " << error.message;
  }
}

TEST(TiffDirectory, RefusesAbsurdSizes) {
  const std::uint64_t absurd = std::uint64_t{1} << 31;
  EXPECT_THAT(error_with({tiff::kImageWidth, tiff::kLong, 1, absurd}).message,
              HasSubstr("sample.tif: page 1: tag ImageWidth (256): 2147483648 pixels; at most"));
  EXPECT_THAT(error_with({tiff::kImageLength, tiff::kLong, 1, absurd}).message, HasSubstr("ImageLength"));
  EXPECT_THAT(error_with({tiff::kImageWidth, tiff::kLong, 1, 0}).message, HasSubstr("is 0"));
  EXPECT_THAT(error_with({tiff::kRowsPerStrip, tiff::kLong, 1, 0}).message, HasSubstr("RowsPerStrip"));
  EXPECT_THAT(error_with({tiff::kBitsPerSample, tiff::kLong, 1, 70'000}).message, HasSubstr("absurd value"));
}

TEST(TiffDirectory, RefusesBrokenFields) {
  EXPECT_THAT(error_with({tiff::kImageWidth, 99, 1, 3}).message, HasSubstr("unknown value type 99"));
  EXPECT_THAT(error_with({tiff::kImageWidth, tiff::kAscii, 1, 3}).message, HasSubstr("not an unsigned integer"));
  EXPECT_THAT(error_with({tiff::kImageWidth, tiff::kLong, 0, 3}).message, HasSubstr("no value"));
  EXPECT_THAT(error_with({tiff::kStripOffsets, tiff::kLong, 100'000, 8}).message, HasSubstr("past the end"));
  EXPECT_THAT(error_with({tiff::kStripOffsets, tiff::kByte, 1, 8}).message, HasSubstr("not fit for offsets"));
  EXPECT_THAT(error_with({tiff::kRowsPerStrip, tiff::kLong, 1, 1}).message, HasSubstr("1 values for 2 strips"));
  EXPECT_THAT(error_with({tiff::kTileWidth, tiff::kLong, 1, 16}).message, HasSubstr("TileLength (323): missing"));

  HandmadeTiff without_pixels;
  without_pixels.append_directory({{tiff::kImageWidth, tiff::kLong, 1, 1}, {tiff::kImageLength, tiff::kLong, 1, 1}});
  EXPECT_THAT(error_of(without_pixels.bytes()).message, HasSubstr("StripOffsets (273): missing"));
}

TEST(TiffDirectory, RefusesCountsThatOverflow) {
  HandmadeTiff tiff(std::endian::little, true);
  tiff.append_directory(with(grey_fields(3, 2, 8), {tiff::kStripOffsets, tiff::kLong8, std::uint64_t{1} << 61, 8}));
  EXPECT_THAT(error_of(tiff.bytes()).message, HasSubstr("absurd count"));
}

TEST(TiffDirectory, KeepsItsLimits) {
  HandmadeTiff tiff;
  for (int i = 0; i < 3; ++i) tiff.append_directory(grey_fields(1, 1, 8));
  TiffLimits limits;
  limits.max_pages = 3;
  EXPECT_TRUE(parse(tiff.bytes(), limits));
  limits.max_pages = 2;
  EXPECT_EQ(error_of(tiff.bytes(), limits).code, ErrorCode::kOutOfRange);
  limits = {};
  limits.max_entries = 5;
  EXPECT_THAT(error_of(tiff.bytes(), limits).message, HasSubstr("claims 9 entries"));
  limits = {};
  limits.max_blocks = 1;
  const Bytes two_strips = tiny({tiff::kRowsPerStrip, tiff::kLong, 1, 1});
  EXPECT_THAT(error_of(two_strips, limits).message, HasSubstr("2 strips or tiles; at most 1"));
}

}  // namespace
}  // namespace beamport::image
