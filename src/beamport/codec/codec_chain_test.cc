// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/codec_chain.h"

#include <algorithm>
#include <cstring>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::codec {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kSide = 16;
const std::vector<std::int64_t> kShape{kSide, kSide, kSide};

/// A ramp with noise in the low bits: compressible, but not trivially.
Bytes sample_voxels(DataType type, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  Bytes voxels(static_cast<std::size_t>(kSide * kSide * kSide) * size_of(type));
  visit_data_type(type, [&]<typename T>() {
    for (std::size_t i = 0; i < voxels.size() / sizeof(T); ++i) {
      const auto value = static_cast<T>(static_cast<T>(i / 64) + static_cast<T>(random() % 3));
      std::memcpy(voxels.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
  return voxels;
}

CodecChain prepared(std::vector<CodecSpec> codecs, DataType type) {
  return CodecChain::prepare(std::move(codecs), kShape, type).value();
}

Bytes encoded(const CodecChain& chain, ByteView voxels) {
  Scratch scratch;
  Bytes bytes(chain.max_encoded_size());
  bytes.resize(chain.encode(voxels, bytes, scratch).value());
  return bytes;
}

Result<Bytes> decoded(const CodecChain& chain, ByteView bytes) {
  Scratch scratch;
  Bytes voxels(chain.decoded_size());
  BEAMPORT_TRY(chain.decode(bytes, voxels, scratch));
  return voxels;
}

struct Case {
  std::string name;
  std::vector<CodecSpec> codecs;
};

std::vector<Case> cases() {
  const BytesCodec little{};
  const BytesCodec big{std::endian::big};
  const BloscCodec lz4{.compressor = "lz4", .level = 1, .shuffle = BloscShuffle::kBit, .type_size = 4};
  const BloscCodec blosc_zstd{.compressor = "zstd", .level = 1, .shuffle = BloscShuffle::kByte, .type_size = 4};
  const BloscCodec plain{.compressor = "blosclz", .level = 5, .shuffle = BloscShuffle::kNone, .type_size = 1};
  return {
      {"bytes_little", {little}},
      {"bytes_big", {big}},
      {"crc", {little, Crc32cCodec{}}},
      {"blosc_lz4_bit", {little, lz4}},
      {"blosc_zstd_byte", {little, blosc_zstd}},
      {"blosc_blosclz", {little, plain}},
      {"zstd", {little, ZstdCodec{.level = 1}}},
      {"zstd_checksum", {little, ZstdCodec{.level = 3, .checksum = true}}},
      {"gzip", {little, GzipCodec{.level = 5}}},
      {"zlib", {little, ZlibCodec{.level = 1}}},
      {"big_zstd", {big, ZstdCodec{}}},
      {"transpose", {TransposeCodec{{2, 1, 0}}, little}},
      {"transpose_big_blosc", {TransposeCodec{{1, 2, 0}}, big, lz4}},
      {"two_transposes", {TransposeCodec{{1, 2, 0}}, TransposeCodec{{0, 2, 1}}, little, ZstdCodec{}}},
      {"stacked", {little, lz4, ZstdCodec{}, Crc32cCodec{}}},
      {"crc_inside", {little, Crc32cCodec{}, GzipCodec{}, Crc32cCodec{}}},
  };
}

class EveryChain : public testing::TestWithParam<std::tuple<std::size_t, DataType>> {};

TEST_P(EveryChain, GivesBackWhatWasEncoded) {
  const Case chain_case = cases()[std::get<0>(GetParam())];
  const DataType type = std::get<1>(GetParam());
  const CodecChain chain = prepared(chain_case.codecs, type);
  const Bytes voxels = sample_voxels(type);
  const Bytes bytes = encoded(chain, voxels);
  EXPECT_LE(bytes.size(), chain.max_encoded_size());
  EXPECT_EQ(decoded(chain, bytes).value(), voxels);
}

TEST_P(EveryChain, IsDeterministic) {
  const CodecChain chain = prepared(cases()[std::get<0>(GetParam())].codecs, std::get<1>(GetParam()));
  const Bytes voxels = sample_voxels(std::get<1>(GetParam()));
  EXPECT_EQ(encoded(chain, voxels), encoded(chain, voxels));
}

TEST_P(EveryChain, RefusesEveryTruncation) {
  const CodecChain chain = prepared(cases()[std::get<0>(GetParam())].codecs, std::get<1>(GetParam()));
  const Bytes bytes = encoded(chain, sample_voxels(std::get<1>(GetParam())));
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, std::size_t{15}, bytes.size() / 2, bytes.size() - 1}) {
    const Result<Bytes> result = decoded(chain, ByteView(bytes).first(length));
    ASSERT_FALSE(result) << length;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
}

TEST_P(EveryChain, RefusesTrailingBytes) {
  const CodecChain chain = prepared(cases()[std::get<0>(GetParam())].codecs, std::get<1>(GetParam()));
  Bytes bytes = encoded(chain, sample_voxels(std::get<1>(GetParam())));
  bytes.insert(bytes.end(), 7, std::byte{0x5A});
  const Result<Bytes> result = decoded(chain, bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
}

INSTANTIATE_TEST_SUITE_P(Codecs, EveryChain,
                         testing::Combine(testing::Range(std::size_t{0}, cases().size()),
                                          testing::Values(DataType::kUint8, DataType::kInt16, DataType::kUint16,
                                                          DataType::kFloat32, DataType::kFloat64)),
                         [](const auto& info) {
                           return cases()[std::get<0>(info.param)].name + "_" +
                                  std::string(name_of(std::get<1>(info.param)));
                         });

TEST(CodecChain, StoresBigEndianWhenAsked) {
  const CodecChain chain = CodecChain::prepare({BytesCodec{std::endian::big}}, {2}, DataType::kUint16).value();
  const std::array<std::uint16_t, 2> voxels{0x0102, 0x0304};
  EXPECT_EQ(encoded(chain, std::as_bytes(std::span(voxels))),
            (Bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}));
}

TEST(CodecChain, NamesAFlippedBitByItsChecksum) {
  const CodecChain chain = prepared({BytesCodec{}, ZstdCodec{}, Crc32cCodec{}}, DataType::kUint16);
  Bytes bytes = encoded(chain, sample_voxels(DataType::kUint16));
  bytes[bytes.size() / 2] ^= std::byte{4};
  const Result<Bytes> result = decoded(chain, bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(result.error().message, HasSubstr("crc32c"));
}

TEST(CodecChain, RefusesAChunkOfAnotherSize) {
  const CodecChain small = CodecChain::prepare({BytesCodec{}, ZstdCodec{}}, {8, 8, 8}, DataType::kUint16).value();
  const CodecChain large = prepared({BytesCodec{}, ZstdCodec{}}, DataType::kUint16);
  const Bytes of_small = encoded(small, Bytes(small.decoded_size()));
  const Bytes of_large = encoded(large, Bytes(large.decoded_size()));
  EXPECT_EQ(decoded(large, of_small).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(decoded(small, of_large).error().code, ErrorCode::kCorrupt);
}

TEST(CodecChain, RefusesABloscHeaderThatClaimsMore) {
  const CodecChain chain = prepared({BytesCodec{}, BloscCodec{.type_size = 2}}, DataType::kUint16);
  Bytes bytes = encoded(chain, sample_voxels(DataType::kUint16));
  store_little<std::uint32_t>(MutableByteView(bytes).subspan(4), 0x7FFF0000U);  // nbytes
  const Result<Bytes> result = decoded(chain, bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
}

TEST(CodecChain, StoresNoiseWithoutGrowingBeyondItsBound) {
  const CodecChain chain = prepared({BytesCodec{}, BloscCodec{.type_size = 4}, Crc32cCodec{}}, DataType::kFloat32);
  std::mt19937 random(7);
  Bytes noise(chain.decoded_size());
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::byte>(random()); });
  const Bytes bytes = encoded(chain, noise);
  EXPECT_EQ(decoded(chain, bytes).value(), noise);
}

TEST(CodecChain, WritesTheContentSizeIntoZstdFrames) {
  const CodecChain chain = prepared({BytesCodec{}, ZstdCodec{}}, DataType::kUint16);
  const Bytes bytes = encoded(chain, Bytes(chain.decoded_size()));
  // RFC 8878 §3.1.1.1: bits 7-6 of the frame header descriptor say how long the content size is, bit 5 that it is
  // there.
  const auto descriptor = std::to_integer<unsigned>(bytes[4]);
  EXPECT_NE(descriptor & 0xE0U, 0U);
}

TEST(CodecChain, ReadsGzipOfSeveralMembers) {
  const CodecChain half = CodecChain::prepare({BytesCodec{}, GzipCodec{}}, {100}, DataType::kUint8).value();
  const CodecChain whole = CodecChain::prepare({BytesCodec{}, GzipCodec{}}, {200}, DataType::kUint8).value();
  Bytes twice = encoded(half, Bytes(100, std::byte{3}));
  const Bytes once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_EQ(decoded(whole, twice).value(), Bytes(200, std::byte{3}));
}

TEST(CodecChain, KeepsAScratchUsableAfterAFailure) {
  const CodecChain chain = prepared({BytesCodec{}, ZstdCodec{}, GzipCodec{}}, DataType::kUint16);
  const Bytes voxels = sample_voxels(DataType::kUint16);
  const Bytes bytes = encoded(chain, voxels);
  Scratch scratch;
  Bytes to(chain.decoded_size());
  EXPECT_FALSE(chain.decode(ByteView(bytes).first(20), to, scratch));
  ASSERT_TRUE(chain.decode(bytes, to, scratch));
  EXPECT_EQ(to, voxels);
}

struct BadChain {
  std::string name;
  std::vector<CodecSpec> codecs;
};

class BadConfiguration : public testing::TestWithParam<BadChain> {};

TEST_P(BadConfiguration, IsFoundWhenPrepared) {
  EXPECT_FALSE(CodecChain::prepare(GetParam().codecs, kShape, DataType::kUint16));
}

INSTANTIATE_TEST_SUITE_P(Codecs, BadConfiguration,
                         testing::Values(BadChain{"empty", {}}, BadChain{"no_serializer", {ZstdCodec{}}},
                                         BadChain{"two_serializers", {BytesCodec{}, BytesCodec{}}},
                                         BadChain{"transpose_after_bytes", {BytesCodec{}, TransposeCodec{{2, 1, 0}}}},
                                         BadChain{"not_a_permutation", {TransposeCodec{{2, 1, 1}}, BytesCodec{}}},
                                         BadChain{"permutation_of_another_rank",
                                                  {TransposeCodec{{1, 0}}, BytesCodec{}}},
                                         BadChain{"blosc_level", {BytesCodec{}, BloscCodec{.level = 10}}},
                                         BadChain{"blosc_type_size", {BytesCodec{}, BloscCodec{.type_size = 256}}},
                                         BadChain{"zstd_level", {BytesCodec{}, ZstdCodec{.level = 23}}},
                                         BadChain{"gzip_level", {BytesCodec{}, GzipCodec{.level = 10}}}),
                         [](const auto& info) { return info.param.name; });

TEST(CodecChain, RefusesShapesThatCannotBe) {
  EXPECT_FALSE(CodecChain::prepare({BytesCodec{}}, {}, DataType::kUint8));
  EXPECT_FALSE(CodecChain::prepare({BytesCodec{}}, {4, 0}, DataType::kUint8));
  EXPECT_FALSE(CodecChain::prepare({BytesCodec{}}, {-4}, DataType::kUint8));
  EXPECT_FALSE(CodecChain::prepare({BytesCodec{}}, {std::int64_t{1} << 40, std::int64_t{1} << 40}, DataType::kUint8));
  EXPECT_FALSE(CodecChain::prepare({BytesCodec{}}, std::vector<std::int64_t>(10, 1), DataType::kUint8));
}

TEST(CodecChain, KnowsWhichChainsHaveAFixedSize) {
  EXPECT_TRUE(prepared({BytesCodec{}, Crc32cCodec{}}, DataType::kUint64).fixed_size());
  EXPECT_FALSE(prepared({BytesCodec{}, ZstdCodec{}}, DataType::kUint64).fixed_size());
}

}  // namespace
}  // namespace beamport::codec
