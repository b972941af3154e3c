// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/codec/codec_chain.h"

namespace beamport::codec {
namespace {

using testing::HasSubstr;

Result<std::vector<CodecSpec>> parsed(std::string_view text, DataType type = DataType::kUint16) {
  return parse_codecs_v3(parse_json(text).value(), type);
}

Result<std::vector<CodecSpec>> parsed_v2(std::string_view text, DataType type = DataType::kUint16) {
  return parse_compressor_v2(parse_json(text).value(), type);
}

TEST(CodecJson, WritesWhatItReads) {
  for (
      const std::string_view text : {
          R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"blosc","configuration":{"cname":"lz4","clevel":1,"shuffle":"bitshuffle","typesize":4,"blocksize":0}}])",
          R"([{"name":"transpose","configuration":{"order":[2,1,0]}},{"name":"bytes","configuration":{"endian":"big"}},{"name":"gzip","configuration":{"level":5}}])",
          R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":1}},{"name":"crc32c"}])",
          R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":-5,"checksum":true}}])",
      }) {
    const Result<std::vector<CodecSpec>> codecs = parsed(text);
    ASSERT_TRUE(codecs) << codecs.error().message;
    EXPECT_EQ(write_json(codecs_to_json_v3(*codecs)), text);
  }
}

TEST(CodecJson, TakesBareNamesAndMissingConfigurations) {
  const Result<std::vector<CodecSpec>> codecs = parsed(R"(["bytes",{"name":"zstd"},"crc32c"])", DataType::kUint8);
  ASSERT_TRUE(codecs) << codecs.error().message;
  ASSERT_EQ(codecs->size(), 3U);
  EXPECT_TRUE(std::holds_alternative<Crc32cCodec>((*codecs)[2]));
}

TEST(CodecJson, NeedsTheByteOrderOfSeveralBytes) {
  const Result<std::vector<CodecSpec>> codecs = parsed(R"([{"name":"bytes"}])");
  ASSERT_FALSE(codecs);
  EXPECT_EQ(codecs.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(codecs.error().message, HasSubstr("codecs[0]"));
}

TEST(CodecJson, NamesAnUnknownCodec) {
  const Result<std::vector<CodecSpec>> codecs = parsed(R"([{"name":"zfp","configuration":{"mode":"reversible"}}])");
  ASSERT_FALSE(codecs);
  EXPECT_EQ(codecs.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(codecs.error().message, HasSubstr("zfp"));
}

TEST(CodecJson, RefusesAShardInsideAShard) {
  const Result<std::vector<CodecSpec>> codecs = parsed(R"([{"name":"sharding_indexed","configuration":{}}])");
  ASSERT_FALSE(codecs);
  EXPECT_EQ(codecs.error().code, ErrorCode::kUnsupported);
}

TEST(CodecJson, NamesTheFieldThatIsWrong) {
  for (const auto& [text, field] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {R"({})", "codecs"},
           {R"([3])", "codecs[0]"},
           {R"([{"name":3}])", "codecs[0].name"},
           {R"([{"name":"gzip","configuration":{"level":"9"}}])", "codecs[0].configuration.level"},
           {R"([{"name":"gzip","configuration":[]}])", "codecs[0].configuration"},
           {R"(["crc32c",{"name":"blosc","configuration":{"shuffle":"bits"}}])", "codecs[1].configuration.shuffle"},
           {R"([{"name":"blosc","configuration":{"typesize":0}}])", "codecs[0].configuration.typesize"},
           {R"([{"name":"blosc","configuration":{"cname":"gzip"}}])", "codecs[0].configuration.cname"},
           {R"([{"name":"transpose","configuration":{"order":"F"}}])", "codecs[0].configuration.order"},
           {R"([{"name":"transpose","configuration":{"order":[0,1,5]}}])", "codecs[0].configuration.order[2]"},
           {R"([{"name":"bytes","configuration":{"endian":"middle"}}])", "codecs[0].configuration.endian"},
           {R"([{"name":"bytes","configuration":{"endian":"little","more":1}}])", "codecs[0].configuration"},
       }) {
    const Result<std::vector<CodecSpec>> codecs = parsed(text);
    ASSERT_FALSE(codecs) << text;
    EXPECT_THAT(codecs.error().message, HasSubstr(field)) << text;
  }
}

TEST(CodecJsonV2, ReadsTheCompressorsOfTheWild) {
  EXPECT_TRUE(parsed_v2("null").value().empty());
  EXPECT_TRUE(std::holds_alternative<ZstdCodec>(parsed_v2(R"({"id":"zstd","level":3})").value().at(0)));
  EXPECT_TRUE(std::holds_alternative<GzipCodec>(parsed_v2(R"({"id":"gzip","level":1})").value().at(0)));
  EXPECT_TRUE(std::holds_alternative<ZlibCodec>(parsed_v2(R"({"id":"zlib","level":1})").value().at(0)));
  const CodecSpec blosc =
      parsed_v2(R"({"id":"blosc","cname":"zstd","clevel":5,"shuffle":1,"blocksize":0})").value().at(0);
  EXPECT_EQ(std::get<BloscCodec>(blosc).compressor, "zstd");
  EXPECT_EQ(std::get<BloscCodec>(blosc).shuffle, BloscShuffle::kByte);
  EXPECT_EQ(std::get<BloscCodec>(blosc).type_size, 2U);
}

TEST(CodecJsonV2, LeavesAutomaticShuffleToTheType) {
  const std::string_view text = R"({"id":"blosc","cname":"lz4","clevel":5,"shuffle":-1})";
  EXPECT_EQ(std::get<BloscCodec>(parsed_v2(text, DataType::kUint8).value().at(0)).shuffle, BloscShuffle::kBit);
  EXPECT_EQ(std::get<BloscCodec>(parsed_v2(text, DataType::kFloat32).value().at(0)).shuffle, BloscShuffle::kByte);
}

TEST(CodecJsonV2, NamesAnUnknownCompressor) {
  const Result<std::vector<CodecSpec>> codecs = parsed_v2(R"({"id":"lz4","acceleration":1})");
  ASSERT_FALSE(codecs);
  EXPECT_EQ(codecs.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(codecs.error().message, HasSubstr("lz4"));
}

}  // namespace
}  // namespace beamport::codec
