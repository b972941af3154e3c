// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/codec/codec_chain.h"
#include "beamport/codec/json_field.h"

// The JSON form of codec lists, v3 and v2. Decoders of self-describing formats (blosc, zstd, gzip) ignore what the JSON
// says, so unknown members of their configuration are harmless; for bytes and transpose they would not be.

namespace beamport::codec {
namespace {

constexpr std::size_t kMaxCodecs = 16;
constexpr std::size_t kMaxRank = 9;
constexpr std::array<std::string_view, 6> kBloscCompressors{"lz4", "lz4hc", "blosclz", "zstd", "snappy", "zlib"};
constexpr std::array<std::string_view, 3> kShuffleNames{"noshuffle", "shuffle", "bitshuffle"};

Result<int> level_of(const std::optional<JsonField>& object, std::string_view key, int fallback) {
  const std::optional<JsonField> field = object ? object->find(key) : std::nullopt;
  if (!field || field->value().is_null()) return fallback;
  BEAMPORT_ASSIGN(const std::int64_t level, field->integer(-131072, 22));
  return static_cast<int>(level);
}

Result<CodecSpec> parse_bytes(const JsonField& field, const NamedConfiguration& named, DataType type) {
  const std::optional<JsonField> endian = named.configuration ? named.configuration->find("endian") : std::nullopt;
  if (named.configuration) BEAMPORT_TRY(named.configuration->only({"endian"}));
  if (!endian || endian->value().is_null()) {
    if (size_of(type) == 1) return BytesCodec{};
    return field.failure(ErrorCode::kCorrupt, "\"endian\" is missing for a type of several bytes");
  }
  BEAMPORT_ASSIGN(const std::string_view order, endian->text());
  if (order == "little") return BytesCodec{std::endian::little};
  if (order == "big") return BytesCodec{std::endian::big};
  return endian->failure(ErrorCode::kCorrupt, fmt::format(R"("{}" is neither "little" nor "big")", order));
}

Result<CodecSpec> parse_transpose(const JsonField& field, const NamedConfiguration& named) {
  if (!named.configuration) return field.failure(ErrorCode::kCorrupt, "the configuration is missing");
  BEAMPORT_TRY(named.configuration->only({"order"}));
  BEAMPORT_ASSIGN(const JsonField order, named.configuration->at("order"));
  BEAMPORT_ASSIGN(const std::vector<JsonField> axes, order.elements(kMaxRank));
  TransposeCodec transpose;
  for (const JsonField& axis : axes) {
    BEAMPORT_ASSIGN(const std::int64_t number, axis.integer(0, static_cast<std::int64_t>(axes.size()) - 1));
    transpose.order.push_back(static_cast<std::size_t>(number));
  }
  return transpose;
}

Result<void> parse_blosc_compressor(const JsonField& configuration, BloscCodec& blosc) {
  if (const std::optional<JsonField> field = configuration.find("cname")) {
    BEAMPORT_ASSIGN(const std::string_view name, field->text());
    if (std::find(kBloscCompressors.begin(), kBloscCompressors.end(), name) == kBloscCompressors.end()) {
      return field->failure(ErrorCode::kUnsupported, fmt::format("blosc has no compressor \"{}\"", name));
    }
    blosc.compressor = name;
  }
  BEAMPORT_ASSIGN(blosc.level, level_of(configuration, "clevel", 5));
  if (const std::optional<JsonField> field = configuration.find("blocksize"); field && !field->value().is_null()) {
    BEAMPORT_ASSIGN(const std::int64_t size, field->integer(0, std::int64_t{1} << 30));
    blosc.block_size = static_cast<std::size_t>(size);
  }
  return {};
}

Result<CodecSpec> parse_blosc_v3(const JsonField& field, const NamedConfiguration& named, DataType type) {
  if (!named.configuration) return field.failure(ErrorCode::kCorrupt, "the configuration is missing");
  const JsonField& configuration = *named.configuration;
  BloscCodec blosc{.shuffle = BloscShuffle::kNone, .type_size = size_of(type)};
  BEAMPORT_TRY(parse_blosc_compressor(configuration, blosc));
  if (const std::optional<JsonField> shuffle = configuration.find("shuffle"); shuffle && !shuffle->value().is_null()) {
    BEAMPORT_ASSIGN(const std::string_view name, shuffle->text());
    const auto found = std::find(kShuffleNames.begin(), kShuffleNames.end(), name);
    if (found == kShuffleNames.end()) {
      return shuffle->failure(ErrorCode::kUnsupported, fmt::format("unknown shuffle \"{}\"", name));
    }
    blosc.shuffle = static_cast<BloscShuffle>(found - kShuffleNames.begin());
  }
  if (const std::optional<JsonField> size = configuration.find("typesize"); size && !size->value().is_null()) {
    BEAMPORT_ASSIGN(const std::int64_t number, size->integer(1, 255));
    blosc.type_size = static_cast<std::size_t>(number);
  }
  return blosc;
}

Result<CodecSpec> parse_zstd(const std::optional<JsonField>& configuration) {
  ZstdCodec zstd;
  BEAMPORT_ASSIGN(zstd.level, level_of(configuration, "level", 0));
  const std::optional<JsonField> checksum = configuration ? configuration->find("checksum") : std::nullopt;
  if (checksum && !checksum->value().is_null()) {
    BEAMPORT_ASSIGN(zstd.checksum, checksum->boolean());
  }
  return zstd;
}

Result<CodecSpec> parse_codec_v3(const JsonField& field, DataType type) {
  BEAMPORT_ASSIGN(const NamedConfiguration named, NamedConfiguration::parse(field));
  if (named.name == "bytes") return parse_bytes(field, named, type);
  if (named.name == "transpose") return parse_transpose(field, named);
  if (named.name == "blosc") return parse_blosc_v3(field, named, type);
  if (named.name == "zstd") return parse_zstd(named.configuration);
  if (named.name == "crc32c") return Crc32cCodec{};
  if (named.name == "gzip") {
    BEAMPORT_ASSIGN(const int level, level_of(named.configuration, "level", 5));
    return GzipCodec{level};
  }
  if (named.name == "sharding_indexed") {
    return field.failure(ErrorCode::kUnsupported, "a shard inside a shard is not read");
  }
  return field.failure(ErrorCode::kUnsupported, fmt::format("the codec \"{}\" is not known", named.name));
}

Result<CodecSpec> parse_blosc_v2(const JsonField& compressor, DataType type) {
  BloscCodec blosc{.shuffle = BloscShuffle::kByte, .type_size = size_of(type)};
  BEAMPORT_TRY(parse_blosc_compressor(compressor, blosc));
  if (const std::optional<JsonField> shuffle = compressor.find("shuffle")) {
    BEAMPORT_ASSIGN(const std::int64_t number, shuffle->integer(-1, 2));
    // -1 leaves it to the type: bits for single bytes, else bytes.
    const std::int64_t automatic = size_of(type) == 1 ? 2 : 1;
    blosc.shuffle = static_cast<BloscShuffle>(number < 0 ? automatic : number);
  }
  return blosc;
}

JsonObject named_json(std::string_view name, JsonObject configuration) {
  JsonObject codec;
  codec["name"] = name;
  if (!configuration.empty()) codec["configuration"] = std::move(configuration);
  return codec;
}

struct ToJson {
  JsonObject operator()(const TransposeCodec& transpose) const {
    JsonArray order;
    for (const std::size_t axis : transpose.order) order.emplace_back(static_cast<std::int64_t>(axis));
    JsonObject configuration;
    configuration["order"] = std::move(order);
    return named_json("transpose", std::move(configuration));
  }
  JsonObject operator()(const BytesCodec& bytes) const {
    JsonObject configuration;
    configuration["endian"] = bytes.endian == std::endian::little ? "little" : "big";
    return named_json("bytes", std::move(configuration));
  }
  JsonObject operator()(const BloscCodec& blosc) const {
    JsonObject configuration;
    configuration["cname"] = blosc.compressor;
    configuration["clevel"] = blosc.level;
    configuration["shuffle"] = kShuffleNames[static_cast<std::size_t>(blosc.shuffle)];
    configuration["typesize"] = static_cast<std::int64_t>(blosc.type_size);
    configuration["blocksize"] = static_cast<std::int64_t>(blosc.block_size);
    return named_json("blosc", std::move(configuration));
  }
  JsonObject operator()(const ZstdCodec& zstd) const {
    // TensorStore and older numcodecs know no "checksum"; it is written only where it says something.
    JsonObject configuration;
    configuration["level"] = zstd.level;
    if (zstd.checksum) configuration["checksum"] = true;
    return named_json("zstd", std::move(configuration));
  }
  JsonObject operator()(const GzipCodec& gzip) const {
    JsonObject configuration;
    configuration["level"] = gzip.level;
    return named_json("gzip", std::move(configuration));
  }
  JsonObject operator()(const ZlibCodec& zlib) const {
    JsonObject configuration;
    configuration["level"] = zlib.level;
    return named_json("zlib", std::move(configuration));
  }
  JsonObject operator()(const Crc32cCodec&) const { return named_json("crc32c", {}); }
};

}  // namespace

Result<std::vector<CodecSpec>> parse_codecs_v3(const Json& codecs, DataType type) {
  BEAMPORT_ASSIGN(const std::vector<JsonField> fields, JsonField(codecs, "codecs").elements(kMaxCodecs));
  std::vector<CodecSpec> specs;
  for (const JsonField& field : fields) {
    BEAMPORT_ASSIGN(CodecSpec spec, parse_codec_v3(field, type));
    specs.push_back(std::move(spec));
  }
  return specs;
}

Json codecs_to_json_v3(const std::vector<CodecSpec>& codecs) {
  JsonArray list;
  for (const CodecSpec& spec : codecs) list.emplace_back(std::visit(ToJson{}, spec));
  return list;
}

Result<std::vector<CodecSpec>> parse_compressor_v2(const Json& compressor, DataType type) {
  if (compressor.is_null()) return std::vector<CodecSpec>{};
  const JsonField field(compressor, "compressor");
  BEAMPORT_ASSIGN(const JsonField id_field, field.at("id"));
  BEAMPORT_ASSIGN(const std::string_view id, id_field.text());
  if (id == "blosc") {
    BEAMPORT_ASSIGN(CodecSpec blosc, parse_blosc_v2(field, type));
    return std::vector<CodecSpec>{std::move(blosc)};
  }
  if (id == "zstd") {
    BEAMPORT_ASSIGN(CodecSpec zstd, parse_zstd(field));
    return std::vector<CodecSpec>{std::move(zstd)};
  }
  if (id == "gzip" || id == "zlib") {
    BEAMPORT_ASSIGN(const int level, level_of(field, "level", 1));
    if (id == "gzip") return std::vector<CodecSpec>{GzipCodec{level}};
    return std::vector<CodecSpec>{ZlibCodec{level}};
  }
  return id_field.failure(ErrorCode::kUnsupported, fmt::format("the compressor \"{}\" is not known", id));
}

}  // namespace beamport::codec
