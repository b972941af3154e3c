// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_stack.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_samples.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr Extent kExtent{12, 6, 8};
constexpr auto kSettle = 30ms;
constexpr auto kNever = 20s;  // what no good run waits for

// Each test with the watch, and with looking from time to time only.
class LandingStackTest : public testing::TestWithParam<bool> {
 protected:
  LandingOptions options(std::int64_t frames = kExtent.z) const {
    LandingOptions options;
    options.frames = frames;
    options.first_number = 1;
    options.settle = kSettle;
    options.patience = kNever;
    options.watch = GetParam();
    return options;
  }

  fs::path path_of(std::int64_t z) const { return folder_ / fmt::format("slice_{:04}.tif", z + 1); }

  VolumeView slice_of(std::int64_t z) const {
    return volume_.view().part(Box::at({z, 0, 0}, {1, kExtent.y, kExtent.x}));
  }

  void write(std::int64_t z) const { write_sample(path_of(z), slice_of(z)); }

  void write_all() const {
    for (std::int64_t z = 0; z < kExtent.z; ++z) write(z);
  }

  // As a file that is put together elsewhere.
  Bytes bytes_of(std::int64_t z) const {
    write_sample(outside_ / "scratch.tif", slice_of(z));
    return read_bytes(outside_ / "scratch.tif");
  }

  void move_in(std::int64_t z) const {
    const fs::path hidden = folder_ / fmt::format(".slice_{:04}.tif.x", z + 1);
    write_sample(hidden, slice_of(z));
    fs::rename(hidden, path_of(z));
  }

  std::unique_ptr<LandingStack> opened(LandingOptions options) const {
    auto stack = open_landing_stack(folder_, std::move(options));
    EXPECT_TRUE(stack) << stack.error().message;
    return stack ? std::move(*stack) : nullptr;
  }

  Error refusal(LandingOptions options) const {
    const auto stack = open_landing_stack(folder_, std::move(options));
    EXPECT_FALSE(stack);
    return stack ? Error{} : stack.error();
  }

  static Result<void> read(const LandingStack& stack, std::int64_t z, SampleVolume& frame) {
    return stack.read_rows(z, 0, frame.view());
  }

  static Error error_of_reading(const LandingStack& stack, std::int64_t z) {
    SampleVolume frame({1, kExtent.y, kExtent.x}, DataType::kUint16);
    const auto result = stack.read_rows(z, 0, frame.view());
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }

  void expect_slice(const LandingStack& stack, std::int64_t z) const {
    SampleVolume frame({1, kExtent.y, kExtent.x}, DataType::kUint16, 99);
    const auto result = stack.read_rows(z, 0, frame.view());
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_TRUE(same_voxels(frame.view(), slice_of(z))) << z;
  }

  void expect_volume(const LandingStack& stack) const {
    ASSERT_EQ(stack.extent(), kExtent);
    for (std::int64_t z = 0; z < kExtent.z; ++z) expect_slice(stack, z);
    EXPECT_EQ(stack.landed(), kExtent.z);
    const auto confirmed = stack.confirm();
    EXPECT_TRUE(confirmed) << confirmed.error().message;
  }

  SampleVolume volume_{kExtent, DataType::kUint16};
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path folder_ = made(directory_.path() / "stack");
  fs::path outside_ = made(directory_.path() / "outside");

 private:
  static fs::path made(fs::path path) {
    fs::create_directory(path);
    return path;
  }
};

INSTANTIATE_TEST_SUITE_P(With, LandingStackTest, testing::Bool(),
                         [](const auto& each) { return each.param ? "Watch" : "Polling"; });

TEST_P(LandingStackTest, ReadsSlicesAsTheyAreWritten) {
  const std::jthread writer([&] {
    for (std::int64_t z = 0; z < kExtent.z; ++z) {
      std::this_thread::sleep_for(2ms);
      write(z);
    }
  });
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->type(), DataType::kUint16);
  EXPECT_EQ(stack->frame_name(kExtent.z - 1), "slice_0012.tif");
  expect_volume(*stack);
}

TEST_P(LandingStackTest, ReadsSlicesMovedInByTwoWritersInAnyOrder) {
  const std::jthread one([&] {
    for (std::int64_t z = kExtent.z - 1; z >= 0; z -= 2) move_in(z);
  });
  const std::jthread two([&] {
    for (std::int64_t z = 0; z < kExtent.z; z += 2) move_in(z);
  });
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  const std::jthread reader([&] {
    for (std::int64_t z = kExtent.z - 1; z >= 0; --z) expect_slice(*stack, z);
  });
  expect_volume(*stack);
}

TEST_P(LandingStackTest, TakesWhatWasThereBefore) {
  write_all();
  auto all = options();
  all.first_number.reset();
  const auto stack = opened(all);
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, WaitsForTheDirectory) {
  fs::remove(folder_);
  const std::jthread writer([&] {
    std::this_thread::sleep_for(20ms);
    fs::create_directory(folder_);
    write_all();
  });
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, BeginsAgainWhenTheEmptyDirectoryIsMadeAnew) {
  const std::jthread writer([&] {
    std::this_thread::sleep_for(60ms);
    fs::remove_all(folder_);
    std::this_thread::sleep_for(300ms);  // longer than between two looks
    fs::create_directory(folder_);
    write_all();
  });
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, SaysWhenTheDirectoryDisappears) {
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  fs::rename(folder_, directory_.path() / "elsewhere");
  EXPECT_EQ(error_of_reading(*stack, 1).code, ErrorCode::kNotFound);
}

TEST_P(LandingStackTest, LinksCountWithoutBeingClosed) {
  for (std::int64_t z = 0; z < kExtent.z; ++z) write_sample(outside_ / path_of(z).filename(), slice_of(z));
  const std::jthread writer([&] {
    for (std::int64_t z = 0; z < kExtent.z; ++z) {
      const fs::path target = outside_ / path_of(z).filename();
      if (z % 2 == 0) fs::create_symlink(target, path_of(z));
      if (z % 2 == 1) fs::create_hard_link(target, path_of(z));
    }
  });
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, IgnoresTemporaryAndOtherNames) {
  write_bytes(folder_ / "log.txt", as_byte_view("x"));
  write_bytes(folder_ / ".slice_0001.tif", as_byte_view("x"));
  write_bytes(folder_ / "slice_0001.tif.part", as_byte_view("x"));
  write_bytes(folder_ / "slice_0001.tmp.tif", as_byte_view("x"));
  fs::create_directory(folder_ / "flats");
  write_all();
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, TakesOnlyNamesThatFitThePattern) {
  write_sample(folder_ / "flat_0001.tif", SampleVolume({1, 3, 3}, DataType::kUint8).view());
  write_all();
  auto some = options();
  some.pattern = "slice_*.tif";
  const auto stack = opened(some);
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, GivesUpAfterSomePatienceAndNamesWhatIsMissing) {
  for (const std::int64_t z : {0, 1, 3, 4, 8}) write(z);
  write_bytes(path_of(5), ByteView(bytes_of(5)).first(60));  // cut off, or still being written
  auto impatient = options();
  impatient.patience = 400ms;
  const auto stack = opened(impatient);
  ASSERT_NE(stack, nullptr);
  const Error error = error_of_reading(*stack, 2);
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("nothing landed for 0.4 s"), HasSubstr("7 of 12 slices missing"),
                    HasSubstr("slice_0003.tif, slice_0006.tif to slice_0008.tif, slice_0010.tif to slice_0012.tif"),
                    HasSubstr("slice_0006.tif is there")));
  EXPECT_EQ(error_of_reading(*stack, 0).code, ErrorCode::kUnavailable);  // one failure ends it all
  EXPECT_EQ(stack->confirm().error().code, ErrorCode::kUnavailable);
}

TEST_P(LandingStackTest, GivesUpWhenNothingLandsAtAll) {
  auto impatient = options();
  impatient.patience = 20ms;
  EXPECT_THAT(refusal(impatient).message, HasSubstr("none of 12 slices is complete"));
  fs::remove(folder_);
  EXPECT_THAT(refusal(impatient).message, HasSubstr("there is no such directory"));
  EXPECT_EQ(refusal(impatient).code, ErrorCode::kUnavailable);
}

TEST_P(LandingStackTest, RefusesASliceOfAnotherShapeOrType) {
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  write_sample(path_of(4), SampleVolume({1, kExtent.y, kExtent.x + 1}, DataType::kUint16).view());
  const Error error = error_of_reading(*stack, 2);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(HasSubstr("slice_0005.tif is 9 wide"), HasSubstr("slice_0001.tif is 8 wide")));
}

TEST_P(LandingStackTest, RefusesManyPages) {
  write_sample(path_of(0), volume_.view());
  EXPECT_THAT(refusal(options()).message, HasSubstr("slice_0001.tif has 12 pages"));
}

TEST_P(LandingStackTest, RefusesADirectoryNamedLikeASlice) {
  fs::create_directory(path_of(0));
  EXPECT_THAT(refusal(options()).message, HasSubstr("slice_0001.tif is not a file"));
}

TEST_P(LandingStackTest, RefusesNumbersOutsideTheStack) {
  write_all();
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
  write_sample(path_of(kExtent.z), slice_of(0));
  const Error stray = stack->confirm().error();
  EXPECT_EQ(stray.code, ErrorCode::kOutOfRange);
  EXPECT_THAT(stray.message, HasSubstr("slice_0013.tif has the number 13"));
}

TEST_P(LandingStackTest, ANumberOutsideEndsTheWaiting) {
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  write_sample(path_of(20), slice_of(0));
  EXPECT_THAT(error_of_reading(*stack, 1).message, HasSubstr("slice_0021.tif has the number 21"));
}

TEST_P(LandingStackTest, RefusesTheSameNumberTwice) {
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  write_sample(folder_ / "slice_0001.TIFF", slice_of(0));
  EXPECT_THAT(error_of_reading(*stack, 1).message,
              HasSubstr("slice_0001.tif and slice_0001.TIFF have the same number"));
}

TEST_P(LandingStackTest, RefusesOtherNamesUnlessTheyAreRenamedSoon) {
  write(0);
  auto slow = options();
  slow.settle = 300ms;
  const auto stack = opened(slow);
  ASSERT_NE(stack, nullptr);
  write_sample(folder_ / "new.tif", slice_of(1));
  std::this_thread::sleep_for(2ms);
  fs::rename(folder_ / "new.tif", path_of(1));
  expect_slice(*stack, 1);
  write_sample(folder_ / "new.tif", slice_of(1));
  EXPECT_THAT(error_of_reading(*stack, 2).message, HasSubstr("new.tif is not named like slice_0001.tif"));
}

TEST_P(LandingStackTest, RefusesADamagedSliceThatWasClosed) {
  if (!GetParam()) GTEST_SKIP() << "without the watch, it looks like one that is being written";
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  write_bytes(path_of(1), ByteView(bytes_of(1)).first(60));
  const Error error = error_of_reading(*stack, 1);
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("slice_0002.tif"));
}

TEST_P(LandingStackTest, RefusesColourThatWasThereBefore) {
  SampleLayout layout;
  layout.photometric = 2;
  write_sample(path_of(0), slice_of(0), layout);
  EXPECT_THAT(refusal(options()).message, AllOf(HasSubstr("slice_0001.tif"), HasSubstr("colour")));
}

TEST_P(LandingStackTest, AStopRequestEndsTheWaiting) {
  write(0);
  std::stop_source source;
  auto stoppable = options();
  stoppable.stop = source.get_token();
  const auto stack = opened(stoppable);
  ASSERT_NE(stack, nullptr);
  const auto begin = Clock::now();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(5ms);
    source.request_stop();
  });
  EXPECT_EQ(error_of_reading(*stack, 1).code, ErrorCode::kCancelled);
  EXPECT_EQ(error_of_reading(*stack, 2).code, ErrorCode::kCancelled);
  EXPECT_LT(Clock::now() - begin, kNever / 4);
  fs::remove_all(folder_);
  EXPECT_EQ(refusal(stoppable).code, ErrorCode::kCancelled);
}

TEST_P(LandingStackTest, ASliceThatIsWrittenAgainLandsOnceMoreAsAnotherVersion) {
  write_all();
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
  const auto before = stack->await_frame(3);
  ASSERT_TRUE(before);
  std::this_thread::sleep_for(10ms);  // a tick of the file system's clock
  write_sample(path_of(3), slice_of(4));
  EXPECT_NE(stack->frame_state(3)->version, before->version);
  const auto confirmed = stack->confirm();
  EXPECT_TRUE(confirmed) << confirmed.error().message;
  EXPECT_GT(stack->frame_state(3)->version, before->version);
  EXPECT_EQ(stack->frame_state(4)->version, before->version);
  SampleVolume frame({1, kExtent.y, kExtent.x}, DataType::kUint16, 99);
  ASSERT_TRUE(read(*stack, 3, frame));
  EXPECT_TRUE(same_voxels(frame.view(), slice_of(4)));
}

TEST_P(LandingStackTest, ReadingWaitsForASliceThatIsBeingWrittenAgain) {
  write_all();
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
  std::this_thread::sleep_for(10ms);
  const Bytes newer = bytes_of(7);
  const std::jthread writer([&] {
    auto file = os::File::create(path_of(3), os::File::Create::kTruncate);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write_all(0, ByteView(newer).first(60)));
    std::this_thread::sleep_for(50ms);
    ASSERT_TRUE(file->write_all(60, ByteView(newer).subspan(60)));
  });
  SampleVolume frame({1, kExtent.y, kExtent.x}, DataType::kUint16, 99);
  while (stack->frame_state(3) && stack->frame_state(3)->version == 1) std::this_thread::sleep_for(1ms);
  const auto result = read(*stack, 3, frame);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(same_voxels(frame.view(), slice_of(7)));
}

TEST_P(LandingStackTest, ASliceThatDisappearsIsWaitedForWithPatience) {
  write_all();
  auto impatient = options();
  impatient.patience = 400ms;
  const auto stack = opened(impatient);
  ASSERT_NE(stack, nullptr);
  expect_volume(*stack);
  fs::remove(path_of(3));
  EXPECT_EQ(stack->frame_state(3), std::nullopt);
  const auto confirmed = stack->confirm();
  ASSERT_FALSE(confirmed);
  EXPECT_EQ(confirmed.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(confirmed.error().message, HasSubstr("1 of 12 slices missing: slice_0004.tif"));
}

TEST_P(LandingStackTest, TakesTheNewerContentOfASliceThatNobodyHadRead) {
  if (!GetParam()) GTEST_SKIP() << "without the watch, confirm() notices";
  write_sample(path_of(1), slice_of(5));
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  std::this_thread::sleep_for(10ms);
  write(1);
  write(0);
  expect_slice(*stack, 0);  // landed after the other was written again
  expect_slice(*stack, 1);
  for (std::int64_t z = 2; z < kExtent.z; ++z) write(z);
  expect_volume(*stack);
}

TEST_P(LandingStackTest, ToolsMaySetTheTimesOfASliceAfterClosingIt) {
  write(0);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  for (std::int64_t z = 1; z < kExtent.z; ++z) write(z);
  expect_volume(*stack);
  fs::last_write_time(path_of(2), fs::last_write_time(path_of(2)) - 1h);
  EXPECT_TRUE(stack->confirm());
  // Without the watch, nobody knows whether it was only that.
  EXPECT_EQ(stack->frame_state(2)->version, GetParam() ? 1U : 2U);
}

TEST_P(LandingStackTest, ConfirmSaysWhatIsMissing) {
  write(0);
  write(11);
  const auto stack = opened(options());
  ASSERT_NE(stack, nullptr);
  expect_slice(*stack, 0);
  expect_slice(*stack, 11);
  EXPECT_THAT(stack->confirm().error().message, HasSubstr("10 of 12 slices missing: slice_0002.tif to slice_0011.tif"));
}

// In memory where there is such a place: a disk may take minutes to make the files.
os::TemporaryDirectory fast_temporary_directory() {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  if (fs::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
  auto directory = os::TemporaryDirectory::create();
  before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
  return std::move(*directory);
}

TEST_P(LandingStackTest, FollowsManySlices) {
  constexpr std::int64_t kMany = 5000;
  const os::TemporaryDirectory fast = fast_temporary_directory();
  folder_ = fast.path();
  const Bytes bytes = bytes_of(0);
  const std::jthread writer([&] {
    for (std::int64_t z = 0; z < kMany; ++z) {
      auto file = os::File::create(path_of(z), os::File::Create::kNew);
      ASSERT_TRUE(file && file->write_all(0, bytes));
    }
  });
  const auto stack = opened(options(kMany));
  ASSERT_NE(stack, nullptr);
  SampleVolume frame({1, kExtent.y, kExtent.x}, DataType::kUint16, 99);
  for (std::int64_t z = 0; z < kMany; ++z) {
    const auto result = read(*stack, z, frame);
    ASSERT_TRUE(result) << result.error().message;
  }
  EXPECT_TRUE(stack->confirm());
}

TEST(LandingOptions, AreChecked) {
  EXPECT_EQ(open_landing_stack("x", {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(open_landing_stack("x", {.frames = 2'000'000}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(open_landing_stack("x", {.frames = 2, .first_number = -1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(open_landing_stack("x", {.frames = 2, .patience = 0ms}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(open_landing_stack("/proc/self/status", {.frames = 2}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace beamport::image
