// SPDX-License-Identifier: Apache-2.0
// What of a conversion stays when it is stopped, or when its slices change, and that the final bytes do not tell.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/image/tiff_writer.h"
#include "beamport/ingest/convert.h"
#include "beamport/ingest/verify.h"
#include "beamport/os/file.h"
#include "beamport/os/file_stamp.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using Files = std::map<std::string, std::string>;

constexpr Extent kExtent{200, 70, 130};  // 4 × 2 × 3 chunks and shards on level 0, 2 × 1 × 2 on level 1
constexpr auto kTick = 10ms;             // of the file system's clock, and some more

Files files_below(const fs::path& root) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const Bytes content = os::read_file(entry.path(), std::uint64_t{1} << 30).value();
    files[fs::relative(entry.path(), root).string()] = std::string(as_text(content));
  }
  return files;
}

/// With an identity that says nothing.
Files without_identity(Files files) {
  Json document = parse_json(files.at("zarr.json")).value();
  JsonObject& beamport = document.at("attributes").at("beamport").as_object();
  beamport["generation"] = "";
  beamport["created"] = "";
  files["zarr.json"] = write_json(document);
  files.erase("0/beamport.manifest");  // has the checksum of that document
  return files;
}

class ResumeTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(stack_);
    for (std::int64_t z = 0; z < kExtent.z; ++z) write_slice(z, 0);
  }

  fs::path slice_path(std::int64_t z) const { return stack_ / fmt::format("slice_{:04}.tif", z); }

  void write_slice(std::int64_t z, unsigned edition) const {
    std::vector<std::uint16_t> voxels(static_cast<std::size_t>(kExtent.y * kExtent.x));
    std::mt19937 random(static_cast<unsigned>(z) + 1000 * edition);
    for (std::uint16_t& voxel : voxels) voxel = static_cast<std::uint16_t>(random() % 1000);
    const VolumeView slice(reinterpret_cast<const std::byte*>(voxels.data()), {1, kExtent.y, kExtent.x},
                           DataType::kUint16);
    ASSERT_TRUE(image::write_tiff_slice(slice_path(z), slice, std::nullopt));
  }

  /// Shards of one chunk, and no level held in memory: every level is written as large ones are.
  ConvertRequest request() const {
    ConvertRequest r;
    r.stack = stack_.string();
    r.output = output_;
    r.software = "test";
    r.resume = true;
    r.tuning = {.shard = Extent{64, 64, 64}, .held_bytes = 1};
    return r;
  }

  /// Ends it as a stop request does, after so many slices.
  static void stop_after(const ConvertRequest& request, std::int64_t slices) {
    std::stop_source source;
    const auto observer = [&](const ConvertProgress& progress) {
      if (progress.slices_done >= slices) source.request_stop();
    };
    const auto result = convert(request, observer, source.get_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  }

  static ConvertSummary run(const ConvertRequest& request, const ConvertObserver& observer) {
    const auto result = convert(request, observer, {});
    EXPECT_TRUE(result) << result.error().message;
    return result ? *result : ConvertSummary{};
  }
  static ConvertSummary run(const ConvertRequest& request) {
    return run(request, [](const ConvertProgress&) {});
  }

  /// What a conversion of the slices as they are now gives that nobody disturbs.
  Files undisturbed() const {
    ConvertRequest r = request();
    r.output = directory_.path() / "elsewhere" / "scan.ome.zarr";
    r.overwrite = true;
    r.resume = false;
    fs::create_directories(r.output.parent_path());
    run(r);
    return without_identity(files_below(r.output));
  }

  void expect_undisturbed() const {
    EXPECT_FALSE(fs::exists(partial_));
    const Files files = files_below(output_);
    EXPECT_FALSE(files.contains(".resume"));
    EXPECT_TRUE(without_identity(files) == undisturbed());
  }

  /// In memory where there is such a place: a busy disk would take most of the time.
  static os::TemporaryDirectory fast_directory() {
    auto directory = os::TemporaryDirectory::create_in("/dev/shm");
    return directory ? std::move(*directory) : os::TemporaryDirectory::create().value();
  }

  os::TemporaryDirectory directory_ = fast_directory();
  fs::path stack_ = directory_.path() / "stack";
  fs::path output_ = directory_.path() / "scan.ome.zarr";
  fs::path partial_ = directory_.path() / "scan.ome.zarr.partial";
};

TEST_F(ResumeTest, GoesOnToTheSameBytesAndIdentityWithoutWritingAgainWhatIsThere) {
  stop_after(request(), 64);
  const fs::path copy = directory_.path() / "copy";
  fs::create_directories(copy);
  stop_after(request(), 128);
  const fs::path shard = "0/c/0/0/0";  // the first of all; how many more were sealed before the stop is chance
  const os::FileStamp stamp = os::stamp_of(partial_ / shard).value();
  fs::copy(partial_ / ".resume", copy / "record");
  const ConvertSummary summary = run(request());
  EXPECT_GT(summary.kept_shards, 0U);
  EXPECT_EQ(os::stamp_of(output_ / shard).value(), stamp);
  expect_undisturbed();

  // The same beginning, but now without any shard to keep.
  const Files resumed = files_below(output_);
  fs::remove_all(output_);
  fs::create_directories(partial_);
  fs::copy(copy / "record", partial_ / ".resume");
  EXPECT_EQ(run(request()).kept_shards, 0U);
  EXPECT_TRUE(files_below(output_) == resumed);
}

TEST_F(ResumeTest, AnotherStopAtEverySlabChangesNothing) {
  for (const std::int64_t slices : {64, 64, 128, 192}) stop_after(request(), slices);
  run(request());
  expect_undisturbed();
}

TEST_F(ResumeTest, CountsKeptChunksAsIfTheyHadBeenWritten) {
  stop_after(request(), 128);
  const ConvertSummary resumed = run(request());
  ConvertRequest other = request();
  other.output = directory_.path() / "other.ome.zarr";
  const ConvertSummary whole = run(other);
  EXPECT_EQ(whole.kept_shards, 0U);
  EXPECT_EQ(resumed.stored_bytes, whole.stored_bytes);
}

TEST_F(ResumeTest, DoesOnlyAgainWhatCameFromASliceThatChanged) {
  stop_after(request(), 192);
  std::this_thread::sleep_for(kTick);
  write_slice(70, 1);
  const ConvertSummary summary = run(request());
  // Of three slabs those of the first at least, and not those of the second, six each on level 0.
  EXPECT_GE(summary.kept_shards, 6U);
  EXPECT_LT(summary.kept_shards, 18U);
  expect_undisturbed();
}

TEST_F(ResumeTest, NoticesASliceThatWasReplacedByOneWithTheSameTimeAndSize) {
  stop_after(request(), 192);
  const auto time = fs::last_write_time(slice_path(70));
  std::this_thread::sleep_for(kTick);
  write_slice(70, 1);
  fs::last_write_time(slice_path(70), time);
  run(request());
  expect_undisturbed();
}

TEST_F(ResumeTest, DoesNotTrustAShardWithoutAnEntry) {
  stop_after(request(), 64);
  fs::create_directories(partial_ / "0/c/3/1");
  fs::copy(partial_ / "0/c/0/0/0", partial_ / "0/c/3/1/2");
  fs::create_directories(partial_ / "1/c/1/0");
  fs::copy(partial_ / "0/c/0/0/0", partial_ / "1/c/1/0/1");
  run(request());
  expect_undisturbed();
}

TEST_F(ResumeTest, DoesNotTrustAShardThatIsNotWhole) {
  stop_after(request(), 128);
  fs::resize_file(partial_ / "0/c/0/0/0", 100);
  Bytes shard = os::read_file(partial_ / "0/c/0/0/1", 1 << 24).value();
  shard[shard.size() - 10] ^= std::byte{1};
  ASSERT_TRUE(os::replace_file(partial_ / "0/c/0/0/1", shard));
  fs::remove(partial_ / "0/c/0/0/2");
  run(request());
  expect_undisturbed();
}

TEST_F(ResumeTest, AShardThatRotsWhileItWaitsIsFoundByVerifying) {
  stop_after(request(), 128);
  const fs::path shard = partial_ / "0/c/0/0/1";
  Bytes bytes = os::read_file(shard, 1 << 24).value();
  bytes[bytes.size() / 2] ^= std::byte{1};
  ASSERT_TRUE(os::replace_file(shard, bytes));
  EXPECT_GT(run(request()).kept_shards, 0U);
  const auto report = verify({.image = output_}, [](std::int64_t, std::int64_t) {}, {});
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->sound());
  EXPECT_THAT(report->problems.front(), HasSubstr("0/c/0/0/1"));
}

TEST_F(ResumeTest, BeginsAnewAfterAnotherRequest) {
  ConvertRequest other = request();
  other.profile = zarr::ProfileName::kSmall;
  stop_after(other, 128);
  EXPECT_EQ(run(request()).kept_shards, 0U);
  expect_undisturbed();
}

TEST_F(ResumeTest, BeginsAnewWithoutARecordOrWithADamagedOne) {
  stop_after(request(), 128);
  fs::resize_file(partial_ / ".resume", 50);
  EXPECT_EQ(run(request()).kept_shards, 0U);
  expect_undisturbed();
  fs::remove_all(output_);
  stop_after(request(), 128);
  fs::remove(partial_ / ".resume");
  EXPECT_EQ(run(request()).kept_shards, 0U);
  expect_undisturbed();
}

TEST_F(ResumeTest, AnImageThatLostItsRecordJustBeforeItsNameKeepsItsIdentity) {
  run(request());
  const Files before = files_below(output_);
  fs::rename(output_, partial_);
  run(request());
  EXPECT_TRUE(files_below(output_) == before);
}

TEST_F(ResumeTest, AReplacedImageDoesNotLendItsIdentity) {
  run(request());
  const Files before = files_below(output_);
  fs::copy(output_, partial_, fs::copy_options::recursive);  // as after a crash between exchanging and removing
  ConvertRequest again = request();
  again.overwrite = true;
  run(again);
  EXPECT_FALSE(files_below(output_) == before);
  expect_undisturbed();
}

TEST_F(ResumeTest, WithoutTheRequestToResumeNothingIsLeftAndNothingIsUsed) {
  stop_after(request(), 128);
  ConvertRequest plain = request();
  plain.resume = false;
  stop_after(plain, 64);
  EXPECT_FALSE(fs::exists(partial_));
  stop_after(request(), 128);
  EXPECT_EQ(run(plain).kept_shards, 0U);
  expect_undisturbed();
}

/// Another edition of a slice once, when so many slices were converted.
class Rewriting {
 public:
  Rewriting(std::int64_t when, std::function<void()> rewrite) : when_(when), rewrite_(std::move(rewrite)) {}
  void operator()(const ConvertProgress& progress) {
    if (progress.slices_done < when_ || std::exchange(done_, true)) return;
    std::this_thread::sleep_for(kTick);
    rewrite_();
  }

 private:
  std::int64_t when_;
  std::function<void()> rewrite_;
  bool done_ = false;
};

struct Moment {
  std::string name;
  std::int64_t converted;  // slices, when it happens
  std::int64_t slice;      // that is written again
};

class ChangingStack : public ResumeTest, public testing::WithParamInterface<std::tuple<Moment, bool>> {
 protected:
  ConvertRequest changing() const {
    ConvertRequest r = request();
    r.resume = false;
    if (std::get<bool>(GetParam())) r.landing = Landing{kExtent.z, 0};
    return r;
  }
};

TEST_P(ChangingStack, GivesTheImageOfTheFinalSlices) {
  const Moment& moment = std::get<Moment>(GetParam());
  Rewriting rewriting(moment.converted, [&] { write_slice(moment.slice, 1); });
  const ConvertSummary summary = run(changing(), std::ref(rewriting));
  EXPECT_LE(summary.passes, 3);
  if (summary.passes == 2 && std::get<bool>(GetParam())) EXPECT_GT(summary.kept_shards, 0U);
  expect_undisturbed();
}

INSTANTIATE_TEST_SUITE_P(
    At, ChangingStack,
    testing::Combine(testing::Values(Moment{"before_it_is_read", 64, 199}, Moment{"while_its_slab_is_near", 64, 100},
                                     Moment{"after_its_slab", 192, 3}, Moment{"just_before_the_end", kExtent.z, 130}),
                     testing::Bool()),
    [](const auto& each) {
      return std::get<0>(each.param).name + (std::get<1>(each.param) ? "_landing" : "_complete");
    });

TEST_F(ResumeTest, SeveralSlicesThatChangeInOnePassAreOneMorePass) {
  ConvertRequest r = request();
  r.landing = Landing{kExtent.z, 0};
  Rewriting rewriting(128, [&] {
    for (std::int64_t z = 0; z < 60; ++z) write_slice(z, 1);
  });
  const ConvertSummary summary = run(r, std::ref(rewriting));
  EXPECT_EQ(summary.passes, 2);
  EXPECT_GT(summary.kept_shards, 0U);
  expect_undisturbed();
}

TEST_F(ResumeTest, ASliceThatIsReplacedByRenamingIsNoticed) {
  ConvertRequest r = request();
  r.landing = Landing{kExtent.z, 0};
  Rewriting rewriting(192, [&] {
    const fs::path kept = directory_.path() / "kept.tif";
    fs::rename(slice_path(50), kept);
    write_slice(50, 1);
    fs::rename(slice_path(50), stack_ / ".hidden");
    fs::rename(stack_ / ".hidden", slice_path(50));
  });
  run(r, std::ref(rewriting));
  expect_undisturbed();
}

TEST_F(ResumeTest, SlicesThatChangeAgainAndAgainAreAnErrorThatMayPass) {
  for (const bool is_landing : {false, true}) {
    ConvertRequest r = request();
    if (is_landing) r.landing = Landing{kExtent.z, 0};
    unsigned edition = 0;
    const auto result = convert(r,
                                [&](const ConvertProgress& progress) {
                                  if (progress.slices_done != kExtent.z) return;
                                  std::this_thread::sleep_for(kTick);
                                  write_slice(3, ++edition);
                                },
                                {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(result.error().message, HasSubstr("slice_0003.tif"));
    EXPECT_FALSE(fs::exists(output_));
    EXPECT_TRUE(fs::exists(partial_ / ".resume"));
    EXPECT_GT(run(request()).kept_shards, 0U);  // when they have become quiet
    expect_undisturbed();
    fs::remove_all(output_);
  }
}

TEST_F(ResumeTest, AConversionOfALandingStackGoesOn) {
  ConvertRequest r = request();
  r.landing = Landing{kExtent.z, 0};
  stop_after(r, 128);
  const ConvertSummary summary = run(r);
  EXPECT_GT(summary.kept_shards, 0U);
  expect_undisturbed();
}

}  // namespace
}  // namespace beamport::ingest
