// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/array_metadata.h"

#include <bit>
#include <cmath>
#include <limits>

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::zarr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kPlain = R"({
  "zarr_format": 3, "node_type": "array", "shape": [10, 20, 30], "data_type": "float32", "fill_value": 0.0,
  "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8, 8]}},
  "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
  "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "zstd", "configuration": {"level": 1}}],
  "dimension_names": ["z", null, "x"], "attributes": {"a": 1}})";

constexpr std::string_view kSharding = R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": [4, 4, 8],
  "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
  "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]}}])";

Json plain() {
  return parse_json(kPlain).value();
}

/// The sample with one member replaced (or added) by that JSON text.
Json with(std::string_view member, std::string_view text) {
  Json document = plain();
  document.as_object()[member] = parse_json(text).value();
  return document;
}

Json without(std::string_view member) {
  Json document = plain();
  document.as_object().erase(member);
  return document;
}

TEST(ArrayMetadataV3, ReadsEveryField) {
  const Result<ArrayMetadata> array = parse_array_v3(plain());
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->zarr_format, 3);
  EXPECT_THAT(array->shape, ElementsAre(10, 20, 30));
  EXPECT_THAT(array->chunk, ElementsAre(8, 8, 8));
  EXPECT_EQ(array->type, DataType::kFloat32);
  EXPECT_EQ(array->fill_bits, 0U);
  EXPECT_EQ(array->codecs.size(), 2U);
  EXPECT_FALSE(array->sharding);
  EXPECT_THAT(array->dimension_names, ElementsAre("z", std::nullopt, "x"));
  EXPECT_TRUE(array->attributes.contains("a"));
  const std::array<std::int64_t, 3> place{1, 23, 45};
  EXPECT_EQ(array->chunk_keys.key(place), "c/1/23/45");
}

TEST(ArrayMetadataV3, ReadsSharding) {
  const Result<ArrayMetadata> array = parse_array_v3(with("codecs", kSharding));
  ASSERT_TRUE(array) << array.error().message;
  ASSERT_TRUE(array->sharding);
  EXPECT_THAT(array->inner_chunk(), ElementsAre(4, 4, 8));
  EXPECT_TRUE(array->sharding->index_at_end);
  EXPECT_EQ(array->sharding->index_codecs.size(), 2U);
}

TEST(ArrayMetadataV3, NeedsEveryMandatoryMember) {
  for (const std::string_view member :
       {"zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs"}) {
    const Result<ArrayMetadata> array = parse_array_v3(without(member));
    ASSERT_FALSE(array) << member;
    EXPECT_EQ(array.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(array.error().message, HasSubstr(member));
  }
}

TEST(ArrayMetadataV3, DoesWithoutTheOptionalMembers) {
  const Result<ArrayMetadata> array = parse_array_v3(without("dimension_names"));
  ASSERT_TRUE(array);
  EXPECT_THAT(array->dimension_names, ElementsAre(std::nullopt, std::nullopt, std::nullopt));
  EXPECT_TRUE(parse_array_v3(without("attributes")));
  EXPECT_TRUE(parse_array_v3(with("storage_transformers", "[]")));
}

TEST(ArrayMetadataV3, RefusesUnknownMembersThatMustBeUnderstood) {
  for (const std::string_view text : {R"({"name":"x"})", R"({"must_understand":true})", R"({"must_understand":0})", "3",
                                      "null", R"("must_understand")"}) {
    const Result<ArrayMetadata> array = parse_array_v3(with("extension", text));
    ASSERT_FALSE(array) << text;
    EXPECT_EQ(array.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(array.error().message, HasSubstr("extension"));
  }
  EXPECT_TRUE(parse_array_v3(with("extension", R"({"must_understand":false,"name":"x"})")));
}

TEST(ArrayMetadataV3, RefusesWhatItDoesNotRead) {
  for (const auto& [member, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"zarr_format", "2"},
           {"data_type", R"("float16")"},
           {"data_type", R"({"name":"numpy.datetime64","configuration":{"unit":"s"}})"},
           {"data_type", R"("complex64")"},
           {"shape", "[]"},
           {"chunk_grid", R"({"name":"rectilinear","configuration":{}})"},
           {"chunk_key_encoding", R"({"name":"fanout"})"},
           {"storage_transformers", R"([{"name":"x"}])"},
           {"codecs", R"([{"name":"zfpy"}])"},
       }) {
    const Result<ArrayMetadata> array = parse_array_v3(with(member, text));
    ASSERT_FALSE(array) << member << text;
    EXPECT_EQ(array.error().code, ErrorCode::kUnsupported) << member << text << array.error().message;
    EXPECT_THAT(array.error().message, HasSubstr(member));
  }
}

TEST(ArrayMetadataV3, NamesTheFieldThatIsWrong) {
  for (const auto& [member, text, path] :
       std::initializer_list<std::tuple<std::string_view, std::string_view, std::string_view>>{
           {"node_type", R"("group")", "node_type"},
           {"shape", "[10,-1,30]", "shape[1]"},
           {"shape", "[10,2.5,30]", "shape[1]"},
           {"shape", R"("10")", "shape"},
           {"shape", "[1,1,1,1,1,1,1,1,1]", "shape"},
           {"shape", "[10,20]", "chunk_grid"},
           {"shape", "[1099511627776,1099511627776,1099511627776]", "chunk_grid"},
           {"shape", "[10,18446744073709551615,30]", "shape[1]"},
           {"chunk_grid", R"({"name":"regular"})", "chunk_grid"},
           {"chunk_grid", R"({"name":"regular","configuration":{"chunk_shape":[8,0,8]}})",
            "chunk_grid.configuration.chunk_shape[1]"},
           {"chunk_grid", R"({"name":"regular","configuration":{"chunk_shape":[2048,2048,2048]}})", "codecs"},
           {"chunk_key_encoding", R"({"name":"default","configuration":{"separator":"-"}})",
            "chunk_key_encoding.configuration.separator"},
           {"codecs",
            R"([{"name":"bytes","configuration":{"endian":"little"}},{"name":"gzip","configuration":{"level":"x"}}])",
            "codecs[1].configuration.level"},
           {"codecs", "[]", "codecs"},
           {"dimension_names", R"(["z","y"])", "dimension_names"},
           {"dimension_names", R"(["z","y",1])", "dimension_names[2]"},
           {"attributes", "[]", "attributes"},
       }) {
    const Result<ArrayMetadata> array = parse_array_v3(with(member, text));
    ASSERT_FALSE(array) << member << text;
    EXPECT_THAT(array.error().message, HasSubstr(path)) << text;
  }
}

TEST(ArrayMetadataV3, ChecksTheShardingConfiguration) {
  const auto sharded = [](std::string_view from, std::string_view to) {
    std::string text(kSharding);
    text.replace(text.find(from), from.size(), to);
    return parse_array_v3(with("codecs", text));
  };
  EXPECT_THAT(sharded("[4, 4, 8]", "[3, 4, 8]").error().message, HasSubstr("codecs[0].configuration.chunk_shape"));
  EXPECT_THAT(sharded("[4, 4, 8]", "[4, 4]").error().message, HasSubstr("codecs[0].configuration.chunk_shape"));
  EXPECT_THAT(sharded("\"crc32c\"", "\"zstd\"").error().message, HasSubstr("codecs[0].configuration.index_codecs"));
  EXPECT_THAT(sharded("\"index_codecs\"", "\"other_codecs\"").error().message, HasSubstr("other_codecs"));
  EXPECT_THAT(sharded("{\"name\": \"crc32c\"}", "{\"name\": \"gzip\"}").error().message, HasSubstr("compressed"));
  EXPECT_THAT(sharded("}]}}]", "}]}}, \"crc32c\"]").error().message, HasSubstr("sharding_indexed"));
  EXPECT_FALSE(sharded("\"index_codecs\"", "\"index_location\": \"start\", \"index_codecs\"")->sharding->index_at_end);
  EXPECT_FALSE(sharded("\"index_codecs\"", "\"index_location\": \"middle\", \"index_codecs\""));
}

TEST(ArrayMetadataV3, BoundsTheChunksOfAShard) {
  Json document = with("codecs", R"([{"name":"sharding_indexed","configuration":{"chunk_shape":[1,1,1],
    "codecs":[{"name":"bytes","configuration":{"endian":"little"}}],"index_codecs":["crc32c"]}}])");
  document.as_object()["chunk_grid"] =
      parse_json(R"({"name":"regular","configuration":{"chunk_shape":[1024,1024,1024]}})").value();
  const Result<ArrayMetadata> array = parse_array_v3(document);
  ASSERT_FALSE(array);
  EXPECT_THAT(array.error().message, HasSubstr("chunk"));
}

TEST(ArrayMetadataV3, TakesShortForms) {
  EXPECT_TRUE(parse_array_v3(with("chunk_key_encoding", R"("default")")));
  EXPECT_TRUE(parse_array_v3(with("data_type", R"({"name":"float32"})")));
  EXPECT_TRUE(parse_array_v3(with("chunk_key_encoding", R"({"name":"default"})")));
}

TEST(ChunkKeyEncoding, KnowsBothKindsAndSeparators) {
  const std::array<std::int64_t, 3> place{1, 23, 45};
  const auto key = [&](std::string_view text) {
    return parse_array_v3(with("chunk_key_encoding", text))->chunk_keys.key(place);
  };
  EXPECT_EQ(key(R"({"name":"default","configuration":{"separator":"."}})"), "c.1.23.45");
  EXPECT_EQ(key(R"({"name":"v2"})"), "1.23.45");
  EXPECT_EQ(key(R"({"name":"v2","configuration":{"separator":"/"}})"), "1/23/45");
}

/// The fill value's bits for a type, or nothing.
std::optional<std::uint64_t> fill_bits(std::string_view type, std::string_view value) {
  Json document = with("data_type", write_json(Json(boost::json::string(type))));
  document.as_object()["fill_value"] = parse_json(value).value();
  const Result<ArrayMetadata> array = parse_array_v3(document);
  return array ? std::optional(array->fill_bits) : std::nullopt;
}

TEST(FillValueV3, OfIntegersIsExact) {
  EXPECT_EQ(fill_bits("uint64", "18446744073709551615"), ~std::uint64_t{0});
  EXPECT_EQ(fill_bits("uint64", "9007199254740993"), 9007199254740993U);  // 2^53 + 1
  EXPECT_EQ(fill_bits("int64", "-9223372036854775808"), std::uint64_t{1} << 63);
  EXPECT_EQ(fill_bits("int16", "-1"), 0xFFFFU);
  EXPECT_EQ(fill_bits("uint8", "255"), 255U);
}

TEST(FillValueV3, OfIntegersMustFit) {
  EXPECT_EQ(fill_bits("uint8", "256"), std::nullopt);
  EXPECT_EQ(fill_bits("uint8", "-1"), std::nullopt);
  EXPECT_EQ(fill_bits("uint16", "1.0"), std::nullopt);
  EXPECT_EQ(fill_bits("uint16", "\"0\""), std::nullopt);
  EXPECT_EQ(fill_bits("uint16", "null"), std::nullopt);
  EXPECT_EQ(fill_bits("uint16", "true"), std::nullopt);
  EXPECT_EQ(fill_bits("uint64", "18446744073709551616"), std::nullopt);
}

TEST(FillValueV3, OfFloatsHasManyForms) {
  EXPECT_EQ(fill_bits("float32", "1.5"), std::bit_cast<std::uint32_t>(1.5F));
  EXPECT_EQ(fill_bits("float32", "-2"), std::bit_cast<std::uint32_t>(-2.0F));
  EXPECT_EQ(fill_bits("float32", "-0.0"), 0x80000000U);
  EXPECT_EQ(fill_bits("float32", "\"NaN\""), 0x7FC00000U);
  EXPECT_EQ(fill_bits("float64", "\"NaN\""), 0x7FF8000000000000U);
  EXPECT_EQ(fill_bits("float32", "\"Infinity\""), 0x7F800000U);
  EXPECT_EQ(fill_bits("float32", "\"-Infinity\""), 0xFF800000U);
  EXPECT_EQ(fill_bits("float32", "\"0x7fc00001\""), 0x7FC00001U);
  EXPECT_EQ(fill_bits("float64", "\"0x7ff8000000000001\""), 0x7FF8000000000001U);
  EXPECT_EQ(fill_bits("float32", "\"0x17fc00001\""), std::nullopt);
  EXPECT_EQ(fill_bits("float32", "\"0xg\""), std::nullopt);
  EXPECT_EQ(fill_bits("float32", "\"nan\""), std::nullopt);
  EXPECT_EQ(fill_bits("float32", "1e300"), std::nullopt);
}

TEST(FillValueV3, OfBooleansIsTrueOrFalse) {
  EXPECT_EQ(fill_bits("bool", "true"), 1U);
  EXPECT_EQ(fill_bits("bool", "0"), std::nullopt);
}

TEST(FillVoxels, RepeatsTheBits) {
  Bytes voxels(8);
  fill_voxels(voxels, DataType::kUint16, 0x0102);
  for (std::size_t i = 0; i < 8; i += 2) {
    EXPECT_EQ(load<std::uint16_t>(ByteView(voxels).subspan(i), std::endian::native), 0x0102);
  }
}

constexpr std::string_view kV2 = R"({"zarr_format": 2, "shape": [10, 20], "chunks": [4, 5], "dtype": "<u2",
  "compressor": {"id": "zlib", "level": 1}, "fill_value": 7, "order": "C", "filters": null, "unknown": 1})";

Json v2_with(std::string_view member, std::string_view text) {
  Json document = parse_json(kV2).value();
  document.as_object()[member] = parse_json(text).value();
  return document;
}

TEST(ArrayMetadataV2, ReadsEveryField) {
  const Result<ArrayMetadata> array = parse_array_v2(parse_json(kV2).value(), {});
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->zarr_format, 2);
  EXPECT_THAT(array->shape, ElementsAre(10, 20));
  EXPECT_THAT(array->chunk, ElementsAre(4, 5));
  EXPECT_EQ(array->type, DataType::kUint16);
  EXPECT_EQ(array->fill_bits, 7U);
  EXPECT_EQ(array->codecs.size(), 2U);
  const std::array<std::int64_t, 2> place{1, 2};
  EXPECT_EQ(array->chunk_keys.key(place), "1.2");
}

TEST(ArrayMetadataV2, ReadsSlashSeparatorsAndEmptyFilters) {
  const std::array<std::int64_t, 2> place{1, 2};
  EXPECT_EQ(parse_array_v2(v2_with("dimension_separator", "\"/\""), {})->chunk_keys.key(place), "1/2");
  EXPECT_TRUE(parse_array_v2(v2_with("filters", "[]"), {}));
}

TEST(ArrayMetadataV2, TurnsByteAndArrayOrderIntoCodecs) {
  const Result<ArrayMetadata> big = parse_array_v2(v2_with("dtype", "\">u2\""), {});
  ASSERT_TRUE(big);
  EXPECT_EQ(std::get<codec::BytesCodec>(big->codecs.at(0)).endian, std::endian::big);
  const Result<ArrayMetadata> fortran = parse_array_v2(v2_with("order", "\"F\""), {});
  ASSERT_TRUE(fortran);
  EXPECT_THAT(std::get<codec::TransposeCodec>(fortran->codecs.at(0)).order, ElementsAre(1, 0));
}

TEST(ArrayMetadataV2, TakesTheFillValuesOfTheWild) {
  EXPECT_EQ(parse_array_v2(v2_with("fill_value", "null"), {})->fill_bits, 0U);
  EXPECT_EQ(parse_array_v2(v2_with("fill_value", "3.0"), {})->fill_bits, 3U);
  EXPECT_FALSE(parse_array_v2(v2_with("fill_value", "3.5"), {}));
  EXPECT_FALSE(parse_array_v2(v2_with("fill_value", "70000"), {}));
}

TEST(ArrayMetadataV2, RefusesWhatItDoesNotRead) {
  for (const auto& [member, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"filters", R"([{"id":"delta"}])"},
           {"dtype", R"([["r","<u1"],["g","<u1"]])"},
           {"dtype", R"("<f2")"},
           {"dtype", R"("<U8")"},
           {"compressor", R"({"id":"lz4"})"},
       }) {
    const Result<ArrayMetadata> array = parse_array_v2(v2_with(member, text), {});
    ASSERT_FALSE(array) << member << text;
    EXPECT_EQ(array.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(array.error().message, HasSubstr(member));
  }
}

TEST(ArrayMetadataV2, NamesTheFieldThatIsWrong) {
  for (const auto& [member, text] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"zarr_format", "3"},
                                                                            {"shape", "[10]"},
                                                                            {"chunks", "[0,5]"},
                                                                            {"dtype", R"("|u2")"},
                                                                            {"order", R"("K")"},
                                                                            {"dimension_separator", R"("-")"}}) {
    const Result<ArrayMetadata> array = parse_array_v2(v2_with(member, text), {});
    ASSERT_FALSE(array) << member << text;
    EXPECT_THAT(array.error().message, HasSubstr(member == "shape" ? "chunks" : member)) << text;
  }
}

}  // namespace
}  // namespace beamport::zarr
