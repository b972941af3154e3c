// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/convert.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/array/downsample.h"
#include "beamport/image/tiff_writer.h"
#include "beamport/ingest/manifest.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/ingest/verify.h"
#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

template <typename T>
struct Volume {
  Extent extent;
  std::vector<T> voxels;

  explicit Volume(Extent e) : extent(e), voxels(static_cast<std::size_t>(e.volume())) {}
  VolumeView view() const { return {reinterpret_cast<const std::byte*>(voxels.data()), extent, data_type_of<T>()}; }
  MutableVolumeView view() { return {reinterpret_cast<std::byte*>(voxels.data()), extent, data_type_of<T>()}; }
};

template <typename T>
Volume<T> random_volume(Extent extent, unsigned seed) {
  Volume<T> volume(extent);
  std::mt19937 random(seed);
  for (T& voxel : volume.voxels) voxel = static_cast<T>(random() % 1000);
  return volume;
}

template <typename T>
void write_stack(const fs::path& directory, const Volume<T>& volume) {
  fs::create_directories(directory);
  for (std::int64_t z = 0; z < volume.extent.z; ++z) {
    const VolumeView slice = volume.view().part({{z, 0, 0}, {z + 1, volume.extent.y, volume.extent.x}});
    ASSERT_TRUE(image::write_tiff_slice(directory / fmt::format("slice_{:04}.tif", z), slice, std::nullopt));
  }
}

/// Every file of a directory tree with its content.
std::map<std::string, std::string> files_below(const fs::path& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const Bytes content = os::read_file(entry.path(), std::uint64_t{1} << 30).value();
    files[fs::relative(entry.path(), root).string()] = std::string(as_text(content));
  }
  return files;
}

zarr::Image open_image(const fs::path& path) {
  auto image = zarr::Image::open(store::DirectoryStore::open(path).value());
  EXPECT_TRUE(image) << image.error().message;
  return *image;
}

template <typename T>
Volume<T> read_level(const zarr::Image& image, std::size_t level) {
  const zarr::Array& array = image.levels()[level].array;
  Volume<T> volume(array.extent());
  const auto read = array.read_box(Box::whole(array.extent()), volume.view());
  EXPECT_TRUE(read) << read.error().message;
  return volume;
}

class ConvertTest : public testing::Test {
 protected:
  ConvertRequest request() const {
    ConvertRequest r;
    r.stack = stack_.string();
    r.output = output_;
    r.software = "test";
    r.voxel_size_um = std::array<double, 3>{2, 1, 0.5};
    return r;
  }

  static Result<ConvertSummary> run(const ConvertRequest& request) {
    return convert(request, [](const ConvertProgress&) {}, {});
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  fs::path stack_ = directory_.path() / "stack";
  fs::path output_ = directory_.path() / "scan.ome.zarr";
};

template <typename T>
void expect_all_levels(const fs::path& output, const Volume<T>& source) {
  const zarr::Image image = open_image(output);
  Volume<T> expected = source;
  for (std::size_t level = 0; level < image.levels().size(); ++level) {
    const Volume<T> stored = read_level<T>(image, level);
    ASSERT_EQ(stored.extent, expected.extent);
    ASSERT_EQ(stored.voxels, expected.voxels) << "level " << level;
    Volume<T> next(half_of(expected.extent));
    downsample_mean(std::as_const(expected).view(), next.view());
    expected = std::move(next);
  }
}

TEST_F(ConvertTest, EveryLevelHoldsTheRightVoxels) {
  const auto volume = random_volume<float>({135, 160, 170}, 1);
  write_stack(stack_, volume);
  const auto summary = run(request());
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->extent, volume.extent);
  EXPECT_GE(summary->level_count, 2U);
  expect_all_levels(output_, volume);
}

TEST_F(ConvertTest, OddSizesAndOtherTypes) {
  for (const Extent extent : {Extent{1, 70, 3}, Extent{129, 65, 1}, Extent{2, 1, 200}, Extent{3, 2, 9001}}) {
    const auto volume = random_volume<std::uint16_t>(extent, 2);
    fs::remove_all(stack_);
    write_stack(stack_, volume);
    ConvertRequest r = request();
    r.overwrite = true;
    const auto summary = run(r);
    ASSERT_TRUE(summary) << summary.error().message;
    expect_all_levels(output_, volume);
  }
  const auto bytes = random_volume<std::uint8_t>({140, 150, 130}, 3);
  fs::remove_all(stack_);
  write_stack(stack_, bytes);
  ConvertRequest r = request();
  r.overwrite = true;
  ASSERT_TRUE(run(r));
  expect_all_levels(output_, bytes);
}

TEST_F(ConvertTest, BytesDoNotDependOnThreadsMemoryOrTheDay) {
  write_stack(stack_, random_volume<std::uint16_t>({130, 400, 200}, 4));
  ConvertRequest one = request();
  one.workers = 1;
  one.readers = 1;
  ASSERT_TRUE(run(one));
  auto first = files_below(output_);
  ConvertRequest four = request();
  four.workers = 4;
  four.overwrite = true;
  ASSERT_TRUE(run(four));
  auto second = files_below(output_);
  // The group document carries the time and a fresh id; everything else is the data.
  for (const char* holds_time_and_id : {"zarr.json", "0/beamport.manifest"}) {
    EXPECT_EQ(first.erase(holds_time_and_id), 1U);
    EXPECT_EQ(second.erase(holds_time_and_id), 1U);
  }
  EXPECT_EQ(first, second);
}

TEST_F(ConvertTest, NarrowMemoryGivesTheSameVoxels) {
  const auto volume = random_volume<float>({130, 520, 70}, 5);
  write_stack(stack_, volume);
  ConvertRequest r = request();
  r.memory_bytes = std::int64_t{220} << 20;
  r.workers = 1;
  ASSERT_TRUE(run(r));
  expect_all_levels(output_, volume);
}

TEST_F(ConvertTest, CoarseLevelsAreReadableWhileTheVolumeGrows) {
  const auto volume = random_volume<std::uint16_t>({192, 100, 90}, 12);
  write_stack(stack_, volume);
  Volume<std::uint16_t> half(half_of(volume.extent));
  downsample_mean(std::as_const(volume).view(), half.view());
  bool looked = false;
  const auto look = [&](const ConvertProgress& progress) {
    if (progress.slices_done != 128) return;  // the first slab was shared, by another thread, before this one began
    const fs::path shard = output_.string() + ".partial/1/c/0/0/0";
    for (int i = 0; i < 1000 && !fs::exists(shard); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto coarse = read_level<std::uint16_t>(open_image(output_.string() + ".partial"), 1);
    const auto slice = static_cast<std::ptrdiff_t>(half.extent.y * half.extent.x);
    EXPECT_TRUE(std::equal(coarse.voxels.begin(), coarse.voxels.begin() + 32 * slice, half.voxels.begin()));
    EXPECT_TRUE(std::all_of(coarse.voxels.begin() + 32 * slice, coarse.voxels.end(), [](int v) { return v == 0; }));
    looked = true;
  };
  ASSERT_TRUE(convert(request(), look, {}));
  EXPECT_TRUE(looked);
  expect_all_levels(output_, volume);
}

TEST_F(ConvertTest, AStackIsConvertedWhileItLands) {
  const auto volume = random_volume<std::uint16_t>({150, 70, 80}, 13);
  ConvertRequest r = request();
  r.landing = Landing{volume.extent.z, 0};
  fs::create_directories(stack_);
  std::jthread beamline([&] {
    for (std::int64_t i = 0; i < volume.extent.z; ++i) {
      const std::int64_t z = i ^ 1;  // pairs of slices arrive in the wrong order
      const VolumeView slice = volume.view().part({{z, 0, 0}, {z + 1, volume.extent.y, volume.extent.x}});
      const fs::path name = stack_ / fmt::format("slice_{:04}.tif", z);
      const fs::path writing = stack_ / fmt::format(".slice_{:04}", z);
      EXPECT_TRUE(image::write_tiff_slice(writing, slice, std::nullopt));
      fs::rename(writing, name);
    }
  });
  const auto summary = run(r);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->extent, volume.extent);
  expect_all_levels(output_, volume);
}

TEST_F(ConvertTest, RecordsTheGenerationItIsGivenAndAsksBeforeItPublishes) {
  write_stack(stack_, random_volume<std::uint16_t>({70, 60, 50}, 21));
  ConvertRequest r = request();
  r.generation = "0123456789abcdef01234567";
  bool was_whole = false;
  r.before_publish = [&](const fs::path& partial) -> Result<void> {
    const zarr::Image image = open_image(partial);
    was_whole = !fs::exists(output_) && !Json(image.attributes()).at("beamport").as_object().contains("growing");
    return {};
  };
  ASSERT_TRUE(run(r));
  EXPECT_TRUE(was_whole);
  EXPECT_EQ(Json(open_image(output_).attributes()).at_pointer("/beamport/generation"), Json(r.generation));

  r.output = directory_.path() / "refused.ome.zarr";
  r.before_publish = [](const fs::path&) -> Result<void> { return fail(ErrorCode::kCorrupt, "not good enough"); };
  EXPECT_THAT(run(r).error().message, HasSubstr("not good enough"));
  EXPECT_FALSE(fs::exists(r.output));
  r.generation = "nonsense";
  EXPECT_EQ(run(r).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ConvertTest, SaysWhileItGrowsWhatOfItCanBeRead) {
  write_stack(stack_, random_volume<std::uint16_t>({200, 60, 50}, 22));
  fs::path partial = output_;
  partial += ".partial";
  std::int64_t shown = -1;
  const auto look = [&](const ConvertProgress& progress) {
    if (progress.slices_done < 128) return;
    const Json attributes(open_image(partial).attributes());
    shown = attributes.at_pointer("/beamport/growing/slices").to_number<std::int64_t>();
    EXPECT_GE(attributes.at_pointer("/beamport/growing/first_level").to_number<int>(), 1);
  };
  ASSERT_TRUE(convert(request(), look, {}));
  EXPECT_EQ(shown, 64) << "the first slab was shared at once";
}

TEST_F(ConvertTest, PercentilesOfAStackThatIsLandingAreRefused) {
  write_stack(stack_, random_volume<float>({3, 4, 5}, 14));
  ConvertRequest r = request();
  r.landing = Landing{3, 0};
  r.type_change = TypeChange{DataType::kUint8, std::nullopt};
  EXPECT_THAT(run(r).error().message, HasSubstr("--window"));
}

TEST_F(ConvertTest, EveryWayToTheDiskGivesTheSameBytes) {
  write_stack(stack_, random_volume<float>({130, 400, 300}, 15));
  std::vector<std::map<std::string, std::string>> results;
  for (const os::IoMode io : {os::IoMode::kBuffered, os::IoMode::kDirect, os::IoMode::kAuto}) {
    ConvertRequest r = request();
    r.overwrite = true;
    r.io = io;
    const auto summary = run(r);
    if (!summary && summary.error().code == ErrorCode::kUnsupported) continue;  // no direct I/O on this file system
    ASSERT_TRUE(summary) << summary.error().message;
    results.push_back(files_below(output_));
    results.back().erase("zarr.json");
    results.back().erase("0/beamport.manifest");
  }
  ASSERT_GE(results.size(), 2U);
  for (const auto& files : results) EXPECT_EQ(files, results.front());
}

TEST_F(ConvertTest, EmptyChunksAreNotStored) {
  Volume<std::uint16_t> volume({64, 64, 256});
  volume.voxels[200] = 9;
  write_stack(stack_, volume);
  ASSERT_TRUE(run(request()));
  expect_all_levels(output_, volume);
  const zarr::Image image = open_image(output_);
  const Json attributes(image.attributes());
  EXPECT_EQ(attributes.at_pointer("/beamport/levels/0/chunks").to_number<int>(), 4);
  EXPECT_EQ(attributes.at_pointer("/beamport/levels/0/stored_chunks").to_number<int>(), 1);
}

TEST_F(ConvertTest, StatisticsAndWindowDescribeTheVoxels) {
  const auto volume = random_volume<std::uint16_t>({70, 80, 90}, 6);
  write_stack(stack_, volume);
  const auto summary = run(request());
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->statistics.voxel_count, 70U * 80 * 90);
  EXPECT_EQ(summary->statistics.min, 0);
  EXPECT_EQ(summary->statistics.max, 999);
  EXPECT_NEAR(summary->statistics.percentile(50), 500, 5);
  const zarr::Image image = open_image(output_);
  ASSERT_TRUE(image.window());
  EXPECT_NEAR(image.window()->end, 998, 2);
  EXPECT_EQ(image.levels()[0].voxel_size_um, (std::array<double, 3>{2, 1, 0.5}));
}

TEST_F(ConvertTest, OccupancyKnowsTheRangeOfEachChunk) {
  Volume<float> volume({64, 64, 128});
  std::fill(volume.voxels.begin(), volume.voxels.end(), 1.0F);
  volume.voxels[100] = -7.5F;
  volume.voxels[10] = std::numeric_limits<float>::quiet_NaN();
  write_stack(stack_, volume);
  ASSERT_TRUE(run(request()));
  const auto store = store::DirectoryStore::open(output_).value();
  for (const auto& [name, expected] :
       std::map<std::string, std::vector<float>>{{"min", {1.0F, -7.5F}}, {"max", {1.0F, 1.0F}}}) {
    const auto array = zarr::Array::open(store, "occupancy/0/" + name);
    ASSERT_TRUE(array) << array.error().message;
    Volume<float> got(array->extent());
    ASSERT_TRUE(array->read_box(Box::whole(array->extent()), got.view()));
    EXPECT_EQ(got.voxels, expected);
  }
}

TEST_F(ConvertTest, LabelsAreReducedByMode) {
  Volume<std::uint8_t> volume({2, 130, 2});
  for (std::size_t i = 0; i < volume.voxels.size(); ++i) volume.voxels[i] = i % 8 < 5 ? 7 : 200;
  write_stack(stack_, volume);
  ConvertRequest r = request();
  r.labels = true;
  ASSERT_TRUE(run(r));
  const auto coarse = read_level<std::uint8_t>(open_image(output_), 1);
  for (const std::uint8_t label : coarse.voxels) EXPECT_TRUE(label == 7 || label == 200);
}

TEST_F(ConvertTest, WindowedTypeIsRecorded) {
  write_stack(stack_, random_volume<float>({10, 20, 30}, 8));
  ConvertRequest r = request();
  r.type_change = TypeChange{DataType::kUint8, ValueWindow{0, 1000}};
  const auto summary = run(r);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->stored_type, DataType::kUint8);
  const Json attributes(open_image(output_).attributes());
  EXPECT_EQ(attributes.at_pointer("/beamport/conversion/to").as_string(), "uint8");
}

TEST_F(ConvertTest, RefusesToOverwriteAndToGuessNames) {
  write_stack(stack_, random_volume<float>({3, 4, 5}, 9));
  ASSERT_TRUE(run(request()));
  EXPECT_EQ(run(request()).error().code, ErrorCode::kAlreadyExists);
  ConvertRequest r = request();
  r.output = directory_.path() / "scan";
  EXPECT_THAT(run(r).error().message, HasSubstr(".zarr"));
}

TEST_F(ConvertTest, AStopRequestLeavesNothing) {
  write_stack(stack_, random_volume<float>({130, 64, 64}, 10));
  std::stop_source source;
  const auto result = convert(request(), [&](const ConvertProgress&) { source.request_stop(); }, source.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(fs::exists(output_));
  EXPECT_FALSE(fs::exists(output_.string() + ".partial"));
}

TEST_F(ConvertTest, ASliceThatShrinksMidwayIsNamedAndNothingIsLeft) {
  write_stack(stack_, random_volume<float>({130, 64, 64}, 11));
  bool cut = false;
  const auto result = convert(request(),
                              [&](const ConvertProgress&) {
                                if (!std::exchange(cut, true)) fs::resize_file(stack_ / "slice_0129.tif", 5000);
                              },
                              {});
  // The reader runs ahead, so the last slab may have been read before the cut; then the conversion must be whole.
  if (!result) {
    EXPECT_THAT(result.error().message, HasSubstr("slice_0129"));
    EXPECT_FALSE(fs::exists(output_));
  } else {
    EXPECT_TRUE(fs::exists(output_));
  }
}

class VerifyTest : public ConvertTest {
 protected:
  void SetUp() override {
    write_stack(stack_, random_volume<std::uint16_t>({130, 140, 150}, 12));
    ASSERT_TRUE(run(request()));
  }

  Result<VerifyReport> check() const {
    return verify({.image = output_}, [](std::int64_t, std::int64_t) {}, {});
  }

  void overwrite_byte(const fs::path& file, std::uintmax_t offset) const {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    const char old = static_cast<char>(stream.get());
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(static_cast<char>(old ^ 0x55));
  }
};

TEST_F(VerifyTest, AFreshImageIsSound) {
  const auto report = check();
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->sound()) << report->problems.front();
  EXPECT_EQ(report->chunks_decoded, 27 + 8 + 1);
  EXPECT_GT(report->samples_compared, 0);
  EXPECT_TRUE(report->notes.empty());
}

/// Makes the manifest say what is there, as if it had been written like that.
void rewrite_manifest(const fs::path& image) {
  const auto store = store::DirectoryStore::create(image, store::Durability::kOnSync);
  ASSERT_TRUE(store);
  RecordingStore recording(*store);
  fs::remove(image / Manifest::kKey);
  for (const auto& entry : fs::recursive_directory_iterator(image)) {
    if (entry.is_regular_file()) ASSERT_TRUE(recording.adopt(fs::relative(entry.path(), image).string()));
  }
  ASSERT_TRUE((*store)->put(Manifest::kKey, as_byte_view(recording.manifest().encode())));
}

TEST_F(VerifyTest, ALostShardIsFound) {
  fs::remove(output_ / "0" / "c" / "1" / "0" / "0");
  const auto report = check();
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->sound());
  EXPECT_THAT(report->problems.front(), HasSubstr("0/c/1/0/0 is missing"));
}

TEST_F(VerifyTest, AShardThatTheManifestDoesNotMissIsMissedByItsChunks) {
  fs::remove(output_ / "0" / "c" / "1" / "0" / "0");
  rewrite_manifest(output_);
  const auto report = check();
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->sound());
  EXPECT_THAT(report->problems.front(), HasSubstr("a shard file is missing"));
}

TEST_F(VerifyTest, AQuickLookFindsLostAndCutFilesWithoutReadingThem) {
  const fs::path shard = output_ / "0" / "c" / "0" / "0" / "0";
  const auto look = [&] {
    return verify({.image = output_, .depth = VerifyDepth::kQuick}, [](std::int64_t, std::int64_t) {}, {}).value();
  };
  EXPECT_TRUE(look().sound());
  EXPECT_EQ(look().chunks_decoded, 0);
  EXPECT_GT(look().samples_compared, 0);
  fs::resize_file(shard, fs::file_size(shard) - 1);
  EXPECT_THAT(look().problems.front(), HasSubstr("0/c/0/0/0 has"));
  fs::remove(shard);
  EXPECT_THAT(look().problems.front(), HasSubstr("0/c/0/0/0 is missing"));
}

TEST_F(VerifyTest, ALostManifestIsFound) {
  fs::remove(output_ / Manifest::kKey);
  const auto report = check();
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->sound());
  EXPECT_THAT(report->problems.front(), HasSubstr("beamport.manifest"));
}

TEST_F(VerifyTest, ADamagedIndexIsFound) {
  const fs::path shard = output_ / "0" / "c" / "0" / "0" / "0";
  overwrite_byte(shard, fs::file_size(shard) - 30);
  const auto report = check();
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->sound());
}

TEST_F(VerifyTest, AFlippedBitAnywhereInAChunkIsFound) {
  // The coarsest level is one chunk and the index of one entry: the only gap is that before the index.
  const fs::path shard = output_ / "2" / "c" / "0" / "0" / "0";
  const Bytes whole = os::read_file(shard, 1 << 24).value();
  const std::size_t index_begin = whole.size() - 20;
  const auto chunk_end = load_little<std::uint64_t>(ByteView(whole).subspan(index_begin + 8));
  for (const std::size_t place :
       {std::size_t{0}, std::size_t{100}, chunk_end / 2, chunk_end - 5, chunk_end - 1, index_begin, whole.size() - 1}) {
    overwrite_byte(shard, place);
    const auto report = check();
    EXPECT_TRUE(!report || !report->sound()) << place;
    overwrite_byte(shard, place);  // back again
  }
  EXPECT_TRUE(check()->sound());
}

TEST_F(VerifyTest, ALevelThatDoesNotFollowFromTheOneBelowIsFound) {
  // Level 1 of another volume: sound in itself, but not of this image.
  const fs::path other = directory_.path() / "other.ome.zarr";
  fs::remove_all(stack_);
  write_stack(stack_, random_volume<std::uint16_t>({130, 140, 150}, 13));
  ConvertRequest r = request();
  r.output = other;
  ASSERT_TRUE(run(r));
  fs::remove_all(output_ / "1");
  fs::copy(other / "1", output_ / "1", fs::copy_options::recursive);
  rewrite_manifest(output_);
  const auto report = check();
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->sound());
  EXPECT_THAT(report->problems.front(), HasSubstr("is not the reduction of level 0"));
}

}  // namespace
}  // namespace beamport::ingest
