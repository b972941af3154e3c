// SPDX-License-Identifier: Apache-2.0
// A slice must not be read before its last byte is written, in whatever order its bytes come.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "beamport/image/landing_stack.h"
#include "beamport/image/tiff_samples.h"
#include "beamport/image/tiff_tag.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Step = std::function<void(os::File&)>;

constexpr Extent kExtent{1, 6, 8};
constexpr std::size_t kPixelBytes = 96;
constexpr auto kSettle = 40ms;

// Each test with the watch, and with looking from time to time only.
class HalfWrittenSlice : public testing::TestWithParam<bool> {
 protected:
  // The second slice of a stack, written in two steps.
  void expect_read_when_whole(const Step& begin, const Step& end) {
    write_sample(folder_ / "slice_1.tif", SampleVolume(kExtent, DataType::kUint16, 9).view());
    LandingOptions options;
    options.frames = 2;
    options.settle = kSettle;
    options.watch = GetParam();
    const auto stack = open_landing_stack(folder_, options);
    ASSERT_TRUE(stack) << stack.error().message;
    std::atomic<bool> is_whole = false;
    std::atomic<bool> was_early = false;
    // If this thread is kept from running for too long, the file rightly seems to be complete; then nothing is proved.
    bool was_kept = false;
    {
      std::optional<os::File> file = os::File::create(path_, os::File::Create::kNew).value();
      begin(*file);
      const std::jthread reader([&] {
        SampleVolume frame(kExtent, DataType::kUint16, 99);
        const bool is_read = (*stack)->read_rows(1, 0, frame.view()).has_value();
        was_early = !is_whole || !is_read || !same_voxels(frame.view(), slice_.view());
      });
      auto touched = Clock::now();
      const auto allowed = GetParam() ? 10 * kSettle : kSettle;
      for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(kSettle / 5);
        // With the watch, the file lies still for longer than others need to settle.
        if (GetParam()) continue;
        fs::last_write_time(path_, fs::file_time_type::clock::now());
        was_kept = was_kept || Clock::now() - touched >= allowed;
        touched = Clock::now();
      }
      is_whole = true;
      end(*file);
      was_kept = was_kept || Clock::now() - touched >= allowed;
      file.reset();
    }
    if (was_kept) GTEST_SKIP() << "the machine is too busy";
    EXPECT_FALSE(was_early);
  }

  Bytes whole_file() const {
    const fs::path path = directory_.path() / "whole.tif";
    write_sample(path, slice_.view());
    return read_bytes(path);
  }

  SampleVolume slice_{kExtent, DataType::kUint16};
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path folder_ = [this] {
    fs::create_directory(directory_.path() / "stack");
    return directory_.path() / "stack";
  }();
  fs::path path_ = folder_ / "slice_2.tif";
};

INSTANTIATE_TEST_SUITE_P(With, HalfWrittenSlice, testing::Bool(),
                         [](const auto& each) { return each.param ? "Watch" : "Polling"; });

TEST_P(HalfWrittenSlice, WaitsForTheDataBehindTheHeader) {
  constexpr std::uint64_t kPixels = 200;
  HandmadeTiff tiff;
  auto fields = with(grey_fields(8, 6, kPixels), {tiff::kBitsPerSample, tiff::kShort, 1, 16});
  tiff.append_directory(with(fields, {tiff::kStripByteCounts, tiff::kLong, 1, kPixelBytes}));
  ASSERT_LE(tiff.bytes().size(), kPixels);
  const ByteView pixels{std::as_const(slice_).view().data, kPixelBytes};
  expect_read_when_whole([&](os::File& file) { EXPECT_TRUE(file.write_all(0, tiff.bytes())); },
                         [&](os::File& file) { EXPECT_TRUE(file.write_all(kPixels, pixels)); });
}

TEST_P(HalfWrittenSlice, WaitsForTheHeaderBehindTheData) {
  // libtiff leaves the place of the directory empty until that is written.
  const Bytes whole = whole_file();
  Bytes begun = whole;
  std::fill_n(begun.begin() + 4, 4, std::byte{0});
  expect_read_when_whole([&](os::File& file) { EXPECT_TRUE(file.write_all(0, begun)); },
                         [&](os::File& file) { EXPECT_TRUE(file.write_all(0, whole)); });
}

TEST_P(HalfWrittenSlice, IsNotFooledByReservedSpaceWithAValidHeader) {
  const Bytes whole = whole_file();
  Bytes reserved = whole;
  std::fill_n(reserved.begin() + 8, kPixelBytes, std::byte{0});
  ASSERT_NE(reserved, whole);
  expect_read_when_whole([&](os::File& file) { EXPECT_TRUE(file.write_all(0, reserved)); },
                         [&](os::File& file) { EXPECT_TRUE(file.write_all(0, whole)); });
}

}  // namespace
}  // namespace beamport::image
