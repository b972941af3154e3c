// SPDX-License-Identifier: Apache-2.0

// read_into() of every kind of stack gives what read_rows() gives, in every mode, on disk and in memory, whether the
// page cache has the file or not.

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/base/aligned_buffer.h"
#include "beamport/image/frame_source.h"
#include "beamport/image/tiff_samples.h"
#include "beamport/image/tiff_tag.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ReadInto : public testing::TestWithParam<std::tuple<const char*, os::IoMode>> {
 protected:
  void SetUp() override {
    const char* const place = std::get<0>(GetParam());
    if (!std::filesystem::is_directory(place)) GTEST_SKIP() << "no " << place << " here";
    directory_ = std::make_unique<os::TemporaryDirectory>(os::TemporaryDirectory::create_in(place).value());
  }

  const std::filesystem::path& folder() const { return directory_->path(); }

  // Puts everything in the folder on disk and out of the page cache.
  void drop_caches() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      os::File file = os::File::open_read(entry.path()).value();
      ASSERT_TRUE(file.sync());
      file.forget_cached(0, 0);
    }
  }

  // Nothing where the place takes no direct I/O although it was forced, which must have been said by somebody.
  std::unique_ptr<FrameSource> opened() const {
    auto stack = open_stack(folder().string(), {.io = std::get<1>(GetParam())});
    if (stack) return std::move(*stack);
    expect_refusal_of_direct(stack.error());
    return nullptr;
  }

  static void expect_refusal_of_direct(const Error& error) {
    EXPECT_EQ(std::get<1>(GetParam()), os::IoMode::kDirect) << error.message;
    EXPECT_EQ(error.code, ErrorCode::kUnsupported) << error.message;
  }

  static void expect_rows(const FrameSource& stack, VolumeView expected, std::int64_t z, std::int64_t row,
                          std::int64_t rows) {
    AlignedBuffer slot(stack.slot_bytes(rows));
    ASSERT_EQ(slot.size() % AlignedBuffer::kAlignment, 0U);
    const auto view = stack.read_into(z, row, rows, slot.bytes());
    if (!view) return expect_refusal_of_direct(view.error());
    ASSERT_EQ(view->extent, (Extent{1, rows, expected.extent.x}));
    ASSERT_EQ(view->type, expected.type);
    EXPECT_EQ(view->strides.y, expected.extent.x * static_cast<std::int64_t>(size_of(expected.type)));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view->data) % size_of(expected.type), 0U);
    EXPECT_GE(view->data, slot.data());
    EXPECT_LE(view->data + rows * view->strides.y, slot.data() + slot.size());
    EXPECT_TRUE(same_voxels(*view, expected.part(Box::at({z, row, 0}, view->extent))))
        << z << ": " << row << "+" << rows;
  }

  void expect_stack(VolumeView expected) const {
    const auto stack = opened();
    if (!stack) return;
    ASSERT_EQ(stack->extent(), expected.extent);
    const std::int64_t height = expected.extent.y;
    for (const bool uncached : {true, false}) {
      if (uncached) drop_caches();
      for (std::int64_t z = 0; z < expected.extent.z; ++z) {
        expect_rows(*stack, expected, z, 0, height);
        expect_rows(*stack, expected, z, height - 1, 1);
        expect_rows(*stack, expected, z, height / 3, height - height / 3);
        expect_rows(*stack, expected, z, height / 2, 0);
      }
    }
  }

  void write_slices(const SampleVolume& volume, const SampleLayout& layout) const {
    const Extent extent = volume.view().extent;
    for (std::int64_t z = 0; z < extent.z; ++z) {
      write_sample(folder() / fmt::format("slice_{:03}.tif", z),
                   volume.view().part(Box::at({z, 0, 0}, {1, extent.y, extent.x})), layout);
    }
  }

  std::unique_ptr<os::TemporaryDirectory> directory_;
};

// Large enough for direct reading, and no multiple of anything.
constexpr Extent kOdd{3, 531, 421};

std::vector<SampleLayout> layouts() {
  std::vector<SampleLayout> all(6);
  all[1].rows_per_strip = 7;
  all[2].rows_per_strip = 50;
  all[2].last_strip_first = true;
  all[3].tile_width = 64;
  all[3].tile_height = 48;
  all[4].compression = 8;
  all[4].rows_per_strip = 100;
  all[5].big = true;
  all[5].order = std::endian::big;
  return all;
}

TEST_P(ReadInto, SlicesOfEveryLayout) {
  const SampleVolume volume(kOdd, DataType::kFloat32);
  for (const SampleLayout& layout : layouts()) {
    write_slices(volume, layout);
    expect_stack(volume.view());
  }
}

TEST_P(ReadInto, PagesOfEveryLayout) {
  const SampleVolume volume(kOdd, DataType::kUint16);
  for (const SampleLayout& layout : layouts()) {
    write_sample(folder() / "volume.tif", volume.view(), layout);
    expect_stack(volume.view());
  }
}

TEST_P(ReadInto, EveryTypeInBothByteOrders) {
  for (const DataType type : {DataType::kUint8, DataType::kInt16, DataType::kUint32, DataType::kFloat64}) {
    for (const std::endian order : {std::endian::little, std::endian::big}) {
      const SampleVolume volume({2, 300, 1001}, type);
      SampleLayout layout;
      layout.order = order;
      write_slices(volume, layout);
      expect_stack(volume.view());
    }
  }
}

TEST_P(ReadInto, SlicesOfDifferentByteOrderAndLayoutInOneStack) {
  const SampleVolume volume({6, 300, 501}, DataType::kUint16);
  const std::vector<SampleLayout> all = layouts();
  for (std::int64_t z = 0; z < 6; ++z) {
    write_sample(folder() / fmt::format("slice_{}.tif", z), volume.view().part(Box::at({z, 0, 0}, {1, 300, 501})),
                 all[static_cast<std::size_t>(z)]);
  }
  expect_stack(volume.view());
}

TEST_P(ReadInto, FilesOfOneRow) {
  const SampleVolume narrow({3, 1, 5}, DataType::kUint16);
  write_slices(narrow, {});
  expect_stack(narrow.view());
  const SampleVolume wide({3, 1, 200'003}, DataType::kUint16);
  write_slices(wide, {});
  expect_stack(wide.view());
}

// Pixels at an odd byte, up to the very end of the file; one directory for all frames, as ImageJ writes large files.
TEST_P(ReadInto, FramesThatBeginAnywhere) {
  const SampleVolume volume({5, 300, 321}, DataType::kFloat32);
  for (const std::size_t padding : {0U, 1U, 3U, 4000U}) {
    HandmadeTiff tiff;
    const std::string text = "ImageJ=1.53t\nimages=5\nslices=5\n" + std::string(padding, ' ');
    const std::uint64_t description = tiff.append(as_byte_view(text));
    const std::uint64_t first_pixel = tiff.bytes().size() + 2 + std::size_t{10} * 12 + 4;
    auto fields = with(grey_fields(321, 300, first_pixel), {tiff::kBitsPerSample, tiff::kShort, 1, 32});
    fields = with(fields, {tiff::kSampleFormat, tiff::kShort, 1, 3});
    fields = with(fields, {tiff::kStripByteCounts, tiff::kLong, 1, std::uint64_t{300} * 321 * 4});
    fields = with(fields, {tiff::kImageDescription, tiff::kAscii, text.size(), description});
    ASSERT_EQ(fields.size(), 10U);
    tiff.append_directory(fields);
    ASSERT_EQ(tiff.bytes().size(), first_pixel);
    tiff.append({volume.view().data, static_cast<std::size_t>(5 * volume.view().strides.z)});
    write_bytes(folder() / "volume.tif", tiff.bytes());
    expect_stack(volume.view());
  }
}

TEST_P(ReadInto, RowsOutsideAreRefused) {
  write_slices(SampleVolume({2, 40, 50}, DataType::kUint16), {});
  const auto stack = opened();
  if (!stack) return;
  AlignedBuffer slot(stack->slot_bytes(40));
  for (const auto& [row, rows] : {std::pair{1, 40}, {-1, 2}, {40, 1}}) {
    const auto view = stack->read_into(0, row, rows, slot.bytes());
    ASSERT_FALSE(view);
    if (view.error().code != ErrorCode::kOutOfRange) expect_refusal_of_direct(view.error());
  }
}

TEST_P(ReadInto, NoticesAFileThatWasWrittenToAfterTheCheck) {
  const SampleVolume volume({4, 300, 500}, DataType::kUint16);
  write_slices(volume, {});
  const auto stack = opened();
  if (!stack) return;
  AlignedBuffer slot(stack->slot_bytes(300));
  // The same shape, other voxels.
  write_sample(folder() / "slice_001.tif", SampleVolume({1, 300, 500}, DataType::kUint16, 7).view());
  const auto later = std::filesystem::last_write_time(folder() / "slice_001.tif") + std::chrono::seconds(1);
  std::filesystem::last_write_time(folder() / "slice_001.tif", later);
  write_sample(folder() / "slice_002.tif", SampleVolume({1, 300, 501}, DataType::kUint16).view());
  std::filesystem::resize_file(folder() / "slice_003.tif", 1000);
  const std::vector<const char*> expected = {"written to again", "501 wide", "no whole image"};
  for (std::int64_t z = 1; z < 4; ++z) {
    const auto view = stack->read_into(z, 0, 300, slot.bytes());
    ASSERT_FALSE(view);
    if (view.error().code == ErrorCode::kUnsupported) return expect_refusal_of_direct(view.error());
    EXPECT_EQ(view.error().code, ErrorCode::kFailedPrecondition);
    EXPECT_THAT(view.error().message, AllOf(HasSubstr(fmt::format("slice_{:03}.tif changed", z)),
                                            HasSubstr(expected[static_cast<std::size_t>(z - 1)])));
    SampleVolume frame({1, 300, 500}, DataType::kUint16);
    EXPECT_EQ(stack->read_rows(z, 0, frame.view()).error().code, ErrorCode::kFailedPrecondition);
  }
  std::filesystem::remove(folder() / "slice_000.tif");
  EXPECT_EQ(stack->read_into(0, 0, 300, slot.bytes()).error().code, ErrorCode::kNotFound);
}

TEST_P(ReadInto, ThreadsReadAtOnce) {
  const SampleVolume volume({8, 300, 500}, DataType::kUint16);
  for (const bool pages : {false, true}) {
    if (pages) {
      std::filesystem::remove_all(folder());
      std::filesystem::create_directory(folder());
      write_sample(folder() / "volume.tif", volume.view());
    } else {
      write_slices(volume, {});
    }
    drop_caches();
    const auto stack = opened();
    if (!stack) return;
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (std::int64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::int64_t z = 0; z < 8; ++z) expect_rows(*stack, volume.view(), (z + t) % 8, t, 290);
      });
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Places, ReadInto,
                         testing::Combine(testing::Values("/var/tmp", "/dev/shm"),
                                          testing::Values(os::IoMode::kAuto, os::IoMode::kBuffered,
                                                          os::IoMode::kDirect)),
                         [](const auto& info) {
                           const std::string_view place = std::get<0>(info.param);
                           return fmt::format("{}_{}", place == "/dev/shm" ? "memory" : "disk",
                                              name_of(std::get<1>(info.param)));
                         });

TEST(OpenStack, StopsWhenAsked) {
  const auto directory = os::TemporaryDirectory::create().value();
  const SampleVolume volume({20, 4, 5}, DataType::kUint16);
  for (std::int64_t z = 0; z < 20; ++z) {
    write_sample(directory.path() / fmt::format("slice_{:03}.tif", z),
                 volume.view().part(Box::at({z, 0, 0}, {1, 4, 5})));
  }
  std::stop_source stop;
  StackOptions options;
  options.stop = stop.get_token();
  EXPECT_TRUE(open_stack(directory.path().string(), options));
  stop.request_stop();
  EXPECT_EQ(open_stack(directory.path().string(), options).error().code, ErrorCode::kCancelled);
  write_sample(directory.path() / "pages.tif", volume.view());
  EXPECT_EQ(open_stack((directory.path() / "pages.tif").string(), options).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace beamport::image
