// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_workers.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/test_decode_worker.h"
#include "beamport/image/tiff_reader.h"
#include "beamport/image/tiff_samples.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::image {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class DecodeWorkersTest : public testing::Test {
 protected:
  ~DecodeWorkersTest() override { use_decode_workers(test_worker_setup(kDecodeWorker)); }

  TiffReader write(const SampleVolume& volume, std::int64_t rows_per_strip,
                   std::shared_ptr<DecodeWorkers> workers = nullptr) {
    SampleLayout layout;
    layout.compression = tiff::kDeflate;
    layout.rows_per_strip = rows_per_strip;
    write_sample(path_, volume.view(), layout);
    return TiffReader::open(path_, {}, std::move(workers)).value();
  }

  static Result<void> read_page(const TiffReader& file, SampleVolume& to) {
    const GreyPage& page = file.pages().front();
    return file.read_rows(page, 0, to.view());
  }

  /// What decoding a small file with such workers ends with.
  Result<void> read_with(const DecodeWorkerSetup& setup) {
    use_decode_workers(setup);
    SampleVolume read({1, 20, 30}, DataType::kUint16);
    fill_zero(read.view());
    auto result = read_page(write(original_, 5), read);
    if (result) EXPECT_TRUE(same_voxels(read.view(), original_.view()));
    return result;
  }

  const SampleVolume original_{{1, 20, 30}, DataType::kUint16};
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::filesystem::path path_ = directory_.path() / "slice_0007.tif";
};

TEST_F(DecodeWorkersTest, PutPiecesTogether) {
  // 24 MB in strips of 1 MB, so that sixteen of them are a piece, and the last is smaller.
  const SampleVolume original({1, 3001, 1000}, DataType::kFloat64, 3);
  const TiffReader file = write(original, 131);
  SampleVolume read({1, 3001, 1000}, DataType::kFloat64);
  fill_zero(read.view());
  const auto result = read_page(file, read);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(same_voxels(read.view(), original.view()));
  SampleVolume part({1, 2500, 1000}, DataType::kFloat64);
  ASSERT_TRUE(file.read_rows(file.pages().front(), 300, part.view()));
  EXPECT_TRUE(same_voxels(part.view(), original.view().part(Box::at({0, 300, 0}, {1, 2500, 1000}))));
}

TEST_F(DecodeWorkersTest, ABlockThatNeedsMoreMemoryGetsIt) {
  const auto workers = std::make_shared<DecodeWorkers>();
  SampleVolume read({1, 20, 30}, DataType::kUint16);
  ASSERT_TRUE(read_page(write(original_, 5, workers), read));
  // One strip of 104 MiB: with all that its decoder may need, more than the first worker was allowed.
  constexpr Extent kLarge{1, 6656, 16'384};
  const Bytes zeros(std::size_t{6656} * 16'384);
  SampleLayout layout;
  layout.compression = tiff::kDeflate;
  write_sample(path_, VolumeView(zeros.data(), kLarge, DataType::kUint8), layout);
  const TiffReader file = TiffReader::open(path_, {}, workers).value();
  Bytes large_read(zeros.size(), std::byte{0xEE});
  const auto result = file.read_rows(file.pages().front(), 0, {large_read.data(), kLarge, DataType::kUint8});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(large_read == zeros);
}

TEST_F(DecodeWorkersTest, ManyThreadsDecodeAtOnce) {
  const SampleVolume original({1, 64, 50}, DataType::kUint16);
  const TiffReader file = write(original, 3);
  std::vector<std::jthread> threads;
  for (std::int64_t first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      for (std::int64_t row = first; row < 64; row += 4) {
        SampleVolume read({1, 1, 50}, DataType::kUint16);
        const auto result = file.read_rows(file.pages().front(), row, read.view());
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_TRUE(same_voxels(read.view(), original.view().part(Box::at({0, row, 0}, {1, 1, 50}))));
      }
    });
  }
}

TEST_F(DecodeWorkersTest, ACrashIsAnErrorOfTheFile) {
  const auto result = read_with(test_worker_setup(kCrashingWorker));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, AllOf(HasSubstr(path_.string() + ": page 1: rows 0 to 19: "),
                                            HasSubstr("made the decoder fail twice: it crashed (")));
}

TEST_F(DecodeWorkersTest, ACallThatDecodingDoesNotNeedIsACrash) {
  const auto result = read_with(test_worker_setup(kOpeningWorker));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("crashed (signal 31 (Bad system call))"));
}

TEST_F(DecodeWorkersTest, OneCrashIsForgiven) {
  const std::filesystem::path mark = directory_.path() / "crashed";
  EXPECT_TRUE(read_with(test_worker_setup(kOnceCrashingWorker, mark.string())));
  EXPECT_TRUE(std::filesystem::exists(mark));
}

TEST_F(DecodeWorkersTest, ComputingWithoutEndIsAnErrorOfTheFile) {
  DecodeWorkerSetup setup = test_worker_setup(kHangingWorker);
  setup.compute_limit = 50ms;
  const auto result = read_with(setup);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, AllOf(HasSubstr(path_.string() + ": page 1: rows 0 to 19: "),
                                            HasSubstr("computed for more than 0.051 s")));
}

TEST_F(DecodeWorkersTest, WaitingInVainIsNoErrorOfTheFile) {
  DecodeWorkerSetup setup = test_worker_setup(kStallingWorker);
  setup.wait_limit = 50ms;
  const auto result = read_with(setup);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(result.error().message, AllOf(HasSubstr(path_.string() + ": page 1: rows 0 to 19: "),
                                            HasSubstr("did not answer within 0.051 s")));
}

TEST_F(DecodeWorkersTest, AWorkerIsNotBelieved) {
  const auto result = read_with(test_worker_setup(kBabblingWorker));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, HasSubstr("went out of control"));
}

TEST_F(DecodeWorkersTest, AProgramThatIsNoWorkerIsNoFaultOfTheFile) {
  const auto ends = read_with({.program = {"/bin/true", "true", {}}});
  ASSERT_FALSE(ends);
  EXPECT_EQ(ends.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(ends.error().message, HasSubstr("before it was ready"));
  const auto absent = read_with({.program = {"/nonexistent", "none", {}}});
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, HasSubstr("/nonexistent"));
}

TEST_F(DecodeWorkersTest, WithoutASetupNothingIsDecoded) {
  use_decode_workers({});
  const auto result = read_with({});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInternal);
}

TEST_F(DecodeWorkersTest, FuzzingDecodesHere) {
  decode_in_this_process();
  SampleVolume read({1, 20, 30}, DataType::kUint16);
  fill_zero(read.view());
  ASSERT_TRUE(read_page(write(original_, 5), read));
  EXPECT_TRUE(same_voxels(read.view(), original_.view()));
}

}  // namespace
}  // namespace beamport::image
