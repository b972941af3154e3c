// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/array.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/temporary_directory.h"
#include "beamport/store/directory_store.h"
#include "beamport/store/memory_store.h"
#include "beamport/zarr/shard_writer.h"
#include "beamport/zarr/test_volume.h"

namespace beamport::zarr {
namespace {

using testing::HasSubstr;

std::shared_ptr<store::MemoryStore> make_store() {
  return std::make_shared<store::MemoryStore>();
}

Result<TestVolume> read_box(const Array& array, const Box& box) {
  TestVolume volume(box.extent(), array.type());
  BEAMPORT_TRY(array.read_box(box, volume.view()));
  return volume;
}

Result<TestVolume> read_whole(const Array& array) {
  return read_box(array, Box::whole(array.extent()));
}

struct Shape {
  Extent extent;
  DataType type;
  ProfileName profile;
};

class RoundTrip : public testing::TestWithParam<Shape> {};

TEST_P(RoundTrip, GivesBackEveryVoxel) {
  const auto [extent, type, name] = GetParam();
  const auto store = make_store();
  const TestVolume volume = pattern_volume(extent, type);
  write_level(*store, 0, volume, make_profile(name, type, extent));
  const Array array = Array::open(store, "0").value();
  EXPECT_EQ(array.extent(), extent);
  EXPECT_EQ(array.type(), type);
  const Result<TestVolume> back = read_whole(array);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(back->voxels == volume.voxels);
}

INSTANTIATE_TEST_SUITE_P(Arrays, RoundTrip,
                         testing::Values(Shape{{135, 160, 160}, DataType::kFloat32, ProfileName::kLive},
                                         Shape{{129, 257, 65}, DataType::kUint16, ProfileName::kLive},
                                         Shape{{129, 257, 65}, DataType::kUint8, ProfileName::kLive},
                                         Shape{{129, 257, 65}, DataType::kInt16, ProfileName::kSmall},
                                         Shape{{1, 100, 1200}, DataType::kUint16, ProfileName::kLive},
                                         Shape{{70, 1, 1}, DataType::kFloat64, ProfileName::kSmall},
                                         Shape{{65, 200, 130}, DataType::kUint32, ProfileName::kRaw},
                                         Shape{{3, 5, 7}, DataType::kUint8, ProfileName::kRaw}));

class ArrayTest : public testing::Test {
 protected:
  ArrayTest() { write_level(*store_, 0, volume_, make_profile(ProfileName::kLive, DataType::kUint16, volume_.extent)); }

  [[nodiscard]] Array array() const { return Array::open(store_, "0").value(); }
  void change_shard(const std::function<void(Bytes&)>& change) {
    Bytes shard = store_->get(kShard, 1 << 30).value();
    change(shard);
    ASSERT_TRUE(store_->put(kShard, shard));
  }
  [[nodiscard]] Error error_of_reading() const {
    const Result<TestVolume> read = read_whole(array());
    EXPECT_FALSE(read);
    return read ? Error{} : read.error();
  }

  static constexpr std::string_view kShard = "0/c/0/0/0";
  TestVolume volume_ = pattern_volume({100, 90, 300}, DataType::kUint16);
  std::shared_ptr<store::MemoryStore> store_ = make_store();
};

TEST_F(ArrayTest, ReadsAnyBox) {
  for (const Box box : {Box{{0, 0, 0}, {1, 1, 1}}, Box{{99, 89, 299}, {100, 90, 300}}, Box{{63, 63, 63}, {65, 65, 65}},
                        Box{{10, 20, 30}, {90, 80, 200}}}) {
    const TestVolume read = read_box(array(), box).value();
    for (std::int64_t z = 0; z < read.extent.z; ++z) {
      for (std::int64_t y = 0; y < read.extent.y; ++y) {
        const auto* expected = volume_.view().row_as<std::uint16_t>(box.begin.z + z, box.begin.y + y) + box.begin.x;
        EXPECT_TRUE(std::equal(expected, expected + read.extent.x, read.view().row_as<std::uint16_t>(z, y)));
      }
    }
  }
}

TEST_F(ArrayTest, RefusesBoxesOutside) {
  TestVolume target({1, 1, 1}, DataType::kUint16);
  EXPECT_EQ(array().read_box({{100, 0, 0}, {101, 1, 1}}, target.view()).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(array().read_box({{-1, 0, 0}, {0, 1, 1}}, target.view()).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(array().read_box({{0, 0, 0}, {0, 0, 0}}, target.view()).error().code, ErrorCode::kOutOfRange);
}

TEST_F(ArrayTest, SaysWhichChunksAreEmpty) {
  codec::Scratch scratch;
  Bytes chunk(array().chunk_bytes(), std::byte{0xAA});
  EXPECT_EQ(array().chunk_grid(), (Extent{2, 2, 5}));
  EXPECT_EQ(array().read_chunk({0, 0, 0}, chunk, scratch).value(), Array::ChunkState::kStored);
  EXPECT_EQ(array().read_chunk({0, 0, 4}, chunk, scratch).value(), Array::ChunkState::kEmpty);
  EXPECT_TRUE(std::all_of(chunk.begin(), chunk.end(), [](std::byte b) { return b == std::byte{0}; }));
  EXPECT_EQ(array().read_chunk({0, 0, 5}, chunk, scratch).error().code, ErrorCode::kOutOfRange);
}

TEST_F(ArrayTest, LeavesChunksBeyondTheArrayEmpty) {
  // 300 voxels along x are five chunks, but an index has a place for each chunk of the shard.
  const Bytes shard = store_->get(kShard, 1 << 30).value();
  const codec::CodecChain chain = prepare_index_codecs(standard_index_codecs(), {1, 2, 5}).value();
  const ShardIndex index =
      ShardIndex::parse(ByteView(shard).last(chain.max_encoded_size()), chain, shard.size()).value();
  EXPECT_FALSE(index.missing(0));
  EXPECT_TRUE(index.missing(4));
}

TEST_F(ArrayTest, ReadsAnAbsentShardAsFillValueUntilItAppears) {
  const auto growing = make_store();
  const std::string document = std::string(as_text(store_->get("0/zarr.json", 1 << 20).value()));
  put_text(*growing, "0/zarr.json", document);
  const Array array = Array::open(growing, "0").value();
  EXPECT_TRUE(all_zero(read_whole(array)->view()));
  for (const std::string_view key : {"0/c/0/0/0", "0/c/1/0/0"}) {
    ASSERT_TRUE(growing->put(key, store_->get(key, 1 << 30).value()));
  }
  EXPECT_TRUE(read_whole(array)->voxels == volume_.voxels);
}

TEST_F(ArrayTest, NamesShardAndChunkOfAWrongIndexChecksum) {
  change_shard([](Bytes& shard) { shard[shard.size() - 1] ^= std::byte{1}; });
  const Error error = error_of_reading();
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("memory/0/c/0/0/0, chunk (0, 0, 0)"));
  EXPECT_THAT(error.message, HasSubstr("crc32c"));
}

TEST_F(ArrayTest, RefusesATruncatedShard) {
  change_shard([](Bytes& shard) { shard.resize(shard.size() / 2); });
  EXPECT_EQ(error_of_reading().code, ErrorCode::kCorrupt);
}

TEST_F(ArrayTest, RefusesAShardShorterThanItsIndex) {
  change_shard([](Bytes& shard) { shard.resize(20); });
  const Error error = error_of_reading();
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("index"));
}

TEST_F(ArrayTest, RefusesADamagedChunk) {
  change_shard([](Bytes& shard) { std::memset(shard.data(), 0xFF, 16); });
  const Error error = error_of_reading();
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("chunk (0, 0, 0)"));
}

TEST_F(ArrayTest, SurvivesAnInterruptedWrite) {
  // A writer that dies leaves no shard under the key, so the array reads as before.
  {
    ShardWriter writer(store_->create("0/c/0/0/0", 0).value(), {1, 2, 5});
    ASSERT_TRUE(writer.append_chunk({0, 0, 0}, as_byte_view("half")));
  }
  EXPECT_TRUE(read_whole(array())->voxels == volume_.voxels);
}

TEST_F(ArrayTest, IsReadByManyThreadsAtOnce) {
  const os::TemporaryDirectory temporary = os::TemporaryDirectory::create().value();
  const std::shared_ptr<store::DirectoryStore> directory = store::DirectoryStore::create(temporary.path()).value();
  write_level(*directory, 0, volume_, make_profile(ProfileName::kLive, DataType::kUint16, volume_.extent));
  const Array shared = Array::open(directory, "0").value();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const Result<TestVolume> read = read_whole(shared);
        if (read && read->voxels == volume_.voxels) ++good;
      });
    }
  }
  EXPECT_EQ(good, 4);
}

TEST_F(ArrayTest, SaysWhereThereIsNoArray) {
  const Result<Array> absent = Array::open(store_, "7");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
}

/// A sharded array by hand: one shard of 2 × 2 × 2 chunks of 2³ uint64 voxels.
std::string sharded_document(std::string_view location, std::string_view fill, std::string_view index_codecs) {
  return fmt::format(R"({{"zarr_format":3,"node_type":"array","shape":[4,4,4],"data_type":"uint64","fill_value":{},
    "chunk_grid":{{"name":"regular","configuration":{{"chunk_shape":[4,4,4]}}}},
    "chunk_key_encoding":{{"name":"default"}},
    "codecs":[{{"name":"sharding_indexed","configuration":{{"chunk_shape":[2,2,2],"codecs":[
      {{"name":"bytes","configuration":{{"endian":"little"}}}}],"index_codecs":{},"index_location":"{}"}}}}]}})",
                     fill, index_codecs, location);
}

constexpr std::string_view kIndexCodecs = R"([{"name":"bytes","configuration":{"endian":"little"}},"crc32c"])";

/// A stored chunk of eight voxels with that value.
Bytes chunk_of(std::uint64_t value) {
  Bytes bytes(64);
  for (std::size_t i = 0; i < 64; i += 8) store_little(MutableByteView(bytes).subspan(i), value);
  return bytes;
}

TEST(ShardedArray, ReadsAnIndexAtTheStart) {
  const auto store = make_store();
  put_text(*store, "zarr.json", sharded_document("start", "18446744073709551615", kIndexCodecs));
  ShardIndex index(8);
  index.set(5, {index.encoded_size(), 64});
  Bytes shard = index.encode();
  const Bytes chunk = chunk_of(42);
  shard.insert(shard.end(), chunk.begin(), chunk.end());
  ASSERT_TRUE(store->put("c/0/0/0", shard));
  const TestVolume volume = read_whole(Array::open(store, "").value()).value();
  EXPECT_EQ(volume.view().row_as<std::uint64_t>(2, 0)[2], 42U);
  EXPECT_EQ(volume.view().row_as<std::uint64_t>(0, 0)[0], ~std::uint64_t{0});
}

TEST(ShardedArray, ReadsAShardWithoutAnyChunk) {
  const auto store = make_store();
  put_text(*store, "zarr.json", sharded_document("end", "9007199254740993", kIndexCodecs));
  ASSERT_TRUE(store->put("c/0/0/0", ShardIndex(8).encode()));
  const TestVolume volume = read_whole(Array::open(store, "").value()).value();
  EXPECT_EQ(volume.view().row_as<std::uint64_t>(3, 3)[3], 9007199254740993U);
}

TEST(ShardedArray, ReadsGapsAndDeadSpace) {
  const auto store = make_store();
  put_text(*store, "zarr.json", sharded_document("end", "0", kIndexCodecs));
  Bytes shard(1000, std::byte{0xEE});
  std::ranges::copy(chunk_of(7), shard.begin() + 500);
  ShardIndex index(8);
  index.set(0, {500, 64});
  const Bytes encoded = index.encode();
  shard.insert(shard.end(), encoded.begin(), encoded.end());
  ASSERT_TRUE(store->put("c/0/0/0", shard));
  EXPECT_EQ(read_whole(Array::open(store, "").value())->view().row_as<std::uint64_t>(1, 1)[1], 7U);
}

TEST(ShardedArray, ReadsAnIndexWithoutChecksum) {
  const auto store = make_store();
  put_text(*store, "zarr.json",
           sharded_document("end", "0", R"([{"name":"bytes","configuration":{"endian":"little"}}])"));
  Bytes shard = chunk_of(7);
  ShardIndex index(8);
  index.set(0, {0, 64});
  const Bytes encoded = index.encode();
  shard.insert(shard.end(), encoded.begin(), encoded.end() - 4);
  ASSERT_TRUE(store->put("c/0/0/0", shard));
  EXPECT_EQ(read_whole(Array::open(store, "").value())->view().row_as<std::uint64_t>(0, 0)[0], 7U);
}

TEST(ShardedArray, RefusesAnEntryThatClaimsTooMuch) {
  const auto store = make_store();
  put_text(*store, "zarr.json", sharded_document("end", "0", kIndexCodecs));
  Bytes shard(10000);
  ShardIndex index(8);
  index.set(0, {0, 10000});
  const Bytes encoded = index.encode();
  shard.insert(shard.end(), encoded.begin(), encoded.end());
  ASSERT_TRUE(store->put("c/0/0/0", shard));
  EXPECT_EQ(read_whole(Array::open(store, "").value()).error().code, ErrorCode::kCorrupt);
}

TEST(PlainArray, ReadsNanFillValues) {
  const auto store = make_store();
  put_text(*store, "zarr.json", R"({"zarr_format":3,"node_type":"array","shape":[2,3],"data_type":"float32",
    "fill_value":"NaN","chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2,2]}},
    "chunk_key_encoding":{"name":"default","configuration":{"separator":"."}},
    "codecs":[{"name":"bytes","configuration":{"endian":"big"}}]})");
  const Bytes chunk{std::byte{0x3F}, std::byte{0x80}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                    std::byte{0},    std::byte{0},    std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                    std::byte{0},    std::byte{0},    std::byte{0}, std::byte{0}};
  ASSERT_TRUE(store->put("c.0.0", chunk));
  const Array array = Array::open(store, "").value();
  EXPECT_EQ(array.extent(), (Extent{1, 2, 3}));
  const TestVolume volume = read_whole(array).value();
  EXPECT_EQ(volume.view().row_as<float>(0, 0)[0], 1.0F);
  EXPECT_TRUE(std::isnan(volume.view().row_as<float>(0, 0)[2]));
}

TEST(PlainArray, RefusesAChunkOfTheWrongSize) {
  const auto store = make_store();
  put_text(*store, "zarr.json", R"({"zarr_format":3,"node_type":"array","shape":[2,2],"data_type":"uint8",
    "fill_value":0,"chunk_grid":{"name":"regular","configuration":{"chunk_shape":[2,2]}},
    "chunk_key_encoding":{"name":"default"},"codecs":["bytes"]})");
  for (const std::size_t size : {0U, 3U, 5U, 1000000U}) {
    ASSERT_TRUE(store->put("c/0/0", Bytes(size)));
    EXPECT_EQ(read_whole(Array::open(store, "").value()).error().code, ErrorCode::kCorrupt) << size;
  }
}

TEST(PlainArray, ReadsExtraAxesAtIndexZero) {
  const auto store = make_store();
  put_text(*store, "zarr.json", R"({"zarr_format":3,"node_type":"array","shape":[2,3,1,2,2],"data_type":"uint8",
    "fill_value":9,"chunk_grid":{"name":"regular","configuration":{"chunk_shape":[1,2,1,2,2]}},
    "chunk_key_encoding":{"name":"default"},"codecs":["bytes"]})");
  const Bytes chunk{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                    std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
  ASSERT_TRUE(store->put("c/0/0/0/0/0", chunk));
  ASSERT_TRUE(store->put("c/1/0/0/0/0", Bytes(8, std::byte{100})));
  const Array array = Array::open(store, "").value();
  EXPECT_EQ(array.extent(), (Extent{1, 2, 2}));
  EXPECT_EQ(array.chunk_bytes(), 4U);
  EXPECT_TRUE(read_whole(array)->voxels == Bytes(chunk.begin(), chunk.begin() + 4));
}

TEST(PlainArray, ReadsTwoSpatialAxesBehindChannels) {
  const auto store = make_store();
  put_text(*store, "zarr.json", R"({"zarr_format":3,"node_type":"array","shape":[5,2,3],"data_type":"uint8",
    "fill_value":0,"chunk_grid":{"name":"regular","configuration":{"chunk_shape":[1,2,3]}},
    "chunk_key_encoding":{"name":"default"},"codecs":["bytes"]})");
  EXPECT_EQ(Array::open(store, "", 2)->extent(), (Extent{1, 2, 3}));
  EXPECT_EQ(Array::open(store, "", 3)->extent(), (Extent{5, 2, 3}));
}

TEST(V2Array, ReadsBigEndianInFortranOrder) {
  const auto store = make_store();
  put_text(*store, ".zarray", R"({"zarr_format":2,"shape":[2,3],"chunks":[2,3],"dtype":">u2","compressor":null,
    "fill_value":null,"order":"F","filters":null,"dimension_separator":"/"})");
  put_text(*store, ".zattrs", R"({"a":1})");
  Bytes chunk;
  for (const unsigned value : {1U, 4U, 2U, 5U, 3U, 6U}) {  // columns of ((1,2,3),(4,5,6))
    chunk.push_back(std::byte{0x10});
    chunk.push_back(static_cast<std::byte>(value));
  }
  ASSERT_TRUE(store->put("0/0", chunk));
  const Array array = Array::open(store, "").value();
  EXPECT_TRUE(array.metadata().attributes.contains("a"));
  const TestVolume volume = read_whole(array).value();
  const auto* voxels = volume.view().row_as<std::uint16_t>(0, 0);
  for (std::uint16_t i = 0; i < 6; ++i) EXPECT_EQ(voxels[i], 0x1001 + i);
}

}  // namespace
}  // namespace beamport::zarr
