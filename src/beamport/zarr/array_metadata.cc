// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/array_metadata.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/zarr/array_checks.h"
#include "beamport/zarr/fill_value.h"
#include "beamport/zarr/shard_index.h"

namespace beamport::zarr {
namespace {

using codec::JsonField;
using codec::NamedConfiguration;

struct NamedType {
  DataType type = DataType::kUint8;
  bool is_bool = false;
};

Result<NamedType> parse_type(const JsonField& field) {
  BEAMPORT_ASSIGN(const NamedConfiguration named, NamedConfiguration::parse(field));
  if (named.name == "bool") return NamedType{DataType::kUint8, true};
  const std::optional<DataType> type = parse_data_type(named.name);
  if (!type) return field.failure(ErrorCode::kUnsupported, fmt::format("the type \"{}\" is not read", named.name));
  return NamedType{*type, false};
}

Result<std::vector<std::int64_t>> parse_grid(const JsonField& field) {
  BEAMPORT_ASSIGN(const NamedConfiguration named, NamedConfiguration::parse(field));
  if (named.name != "regular") {
    return field.failure(ErrorCode::kUnsupported, fmt::format("the chunk grid \"{}\" is not read", named.name));
  }
  if (!named.configuration) return field.failure(ErrorCode::kCorrupt, "the configuration is missing");
  BEAMPORT_TRY(named.configuration->only({"chunk_shape"}));
  BEAMPORT_ASSIGN(const JsonField shape, named.configuration->at("chunk_shape"));
  return parse_lengths(shape, 1);
}

Result<ChunkKeyEncoding> parse_chunk_keys(const JsonField& field) {
  BEAMPORT_ASSIGN(const NamedConfiguration named, NamedConfiguration::parse(field));
  ChunkKeyEncoding keys;
  if (named.name == "v2") {
    keys = {ChunkKeyEncoding::Kind::kV2, '.'};
  } else if (named.name != "default") {
    return field.failure(ErrorCode::kUnsupported, fmt::format("the chunk key encoding \"{}\" is not read", named.name));
  }
  if (!named.configuration) return keys;
  BEAMPORT_TRY(named.configuration->only({"separator"}));
  if (const std::optional<JsonField> separator = named.configuration->find("separator")) {
    BEAMPORT_ASSIGN(keys.separator, parse_separator(*separator));
  }
  return keys;
}

/// The configuration of `sharding_indexed` when that is what the codec list begins with.
Result<std::optional<JsonField>> find_sharding(const JsonField& codecs) {
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, codecs.elements(16));
  for (const JsonField& entry : list) {
    const Result<NamedConfiguration> named = NamedConfiguration::parse(entry);
    if (!named || named->name != "sharding_indexed") continue;
    if (list.size() > 1) {
      return codecs.failure(ErrorCode::kUnsupported, "codecs around sharding_indexed are not read");
    }
    if (!named->configuration) return entry.failure(ErrorCode::kCorrupt, "the configuration is missing");
    return named->configuration;
  }
  return std::optional<JsonField>();
}

Result<std::vector<codec::CodecSpec>> parse_codecs(const JsonField& field, DataType type) {
  // The codec parser begins its own path at "codecs"; what stands before it is put in front.
  return codec::parse_codecs_v3(field.value(), type).map_error([&](Error error) {
    const std::size_t own = field.path().ends_with("codecs") ? field.path().size() - 6 : 0;
    error.message = fmt::format("{}{}", std::string_view(field.path()).substr(0, own), error.message);
    return error;
  });
}

Result<bool> parse_index_location(const std::optional<JsonField>& field) {
  if (!field) return true;
  BEAMPORT_ASSIGN(const std::string_view location, field->text());
  if (location != "start" && location != "end") {
    return field->failure(ErrorCode::kCorrupt, fmt::format("\"{}\" is neither \"start\" nor \"end\"", location));
  }
  return location == "end";
}

Result<Sharding> parse_sharding(const JsonField& configuration, const std::vector<std::int64_t>& shard, DataType type) {
  BEAMPORT_TRY(configuration.only({"chunk_shape", "codecs", "index_codecs", "index_location"}));
  Sharding sharding;
  BEAMPORT_ASSIGN(const JsonField chunk, configuration.at("chunk_shape"));
  BEAMPORT_ASSIGN(sharding.inner_chunk, parse_lengths(chunk, 1));
  BEAMPORT_ASSIGN(const JsonField codecs, configuration.at("codecs"));
  BEAMPORT_ASSIGN(sharding.codecs, parse_codecs(codecs, type));
  BEAMPORT_ASSIGN(const JsonField index_codecs, configuration.at("index_codecs"));
  BEAMPORT_ASSIGN(sharding.index_codecs, parse_codecs(index_codecs, DataType::kUint64));
  BEAMPORT_ASSIGN(sharding.index_at_end, parse_index_location(configuration.find("index_location")));
  BEAMPORT_TRY(check_inner_chunk(chunk, sharding.inner_chunk, shard));
  BEAMPORT_TRY(prepare_index_codecs(sharding.index_codecs, chunks_per_shard(shard, sharding.inner_chunk))
                   .map_error(in_context(index_codecs.path())));
  return sharding;
}

Result<std::vector<std::optional<std::string>>> parse_dimension_names(const JsonField& root, std::size_t rank) {
  std::vector<std::optional<std::string>> names(rank);
  const std::optional<JsonField> field = root.find("dimension_names");
  if (!field || field->value().is_null()) return names;
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, field->elements(kMaxRank));
  if (list.size() != rank) {
    return field->failure(ErrorCode::kCorrupt, fmt::format("{} names for {} axes", list.size(), rank));
  }
  for (std::size_t i = 0; i < rank; ++i) {
    if (list[i].value().is_null()) continue;
    BEAMPORT_ASSIGN(const std::string_view name, list[i].text());
    names[i] = std::string(name);
  }
  return names;
}

Result<void> check_storage_transformers(const JsonField& root) {
  const std::optional<JsonField> field = root.find("storage_transformers");
  if (!field || field->value().is_null()) return {};
  if (const JsonArray* list = field->value().if_array(); list != nullptr && list->empty()) return {};
  return field->failure(ErrorCode::kUnsupported, "storage transformers are not read");
}

}  // namespace

std::string ChunkKeyEncoding::key(std::span<const std::int64_t> place) const {
  std::string key = kind == Kind::kDefault ? "c" : "";
  for (const std::int64_t index : place) {
    if (!key.empty()) key += separator;
    fmt::format_to(std::back_inserter(key), "{}", index);
  }
  return key.empty() ? "0" : key;
}

Result<ArrayMetadata> parse_array_v3(const Json& document) {
  const JsonField root(document, "");
  BEAMPORT_TRY(check_node(root, "array"));
  BEAMPORT_TRY(
      check_understood(root, {"zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding",
                              "fill_value", "codecs", "attributes", "dimension_names", "storage_transformers"}));
  BEAMPORT_TRY(check_storage_transformers(root));
  ArrayMetadata array;
  BEAMPORT_ASSIGN(const JsonField shape, root.at("shape"));
  BEAMPORT_ASSIGN(array.shape, parse_lengths(shape, 0));
  BEAMPORT_ASSIGN(const JsonField type_field, root.at("data_type"));
  BEAMPORT_ASSIGN(const NamedType type, parse_type(type_field));
  array.type = type.type;
  BEAMPORT_ASSIGN(const JsonField grid, root.at("chunk_grid"));
  BEAMPORT_ASSIGN(array.chunk, parse_grid(grid));
  BEAMPORT_TRY(check_shapes(grid, array));
  BEAMPORT_ASSIGN(const JsonField keys, root.at("chunk_key_encoding"));
  BEAMPORT_ASSIGN(array.chunk_keys, parse_chunk_keys(keys));
  BEAMPORT_ASSIGN(const JsonField fill, root.at("fill_value"));
  BEAMPORT_ASSIGN(array.fill_bits, parse_fill_value_v3(fill, array.type, type.is_bool));
  BEAMPORT_ASSIGN(array.dimension_names, parse_dimension_names(root, array.shape.size()));
  BEAMPORT_ASSIGN(array.attributes, parse_attributes(root));
  BEAMPORT_ASSIGN(const JsonField codecs, root.at("codecs"));
  BEAMPORT_ASSIGN(const std::optional<JsonField> sharding, find_sharding(codecs));
  if (sharding) {
    BEAMPORT_ASSIGN(array.sharding, parse_sharding(*sharding, array.chunk, array.type));
  } else {
    BEAMPORT_ASSIGN(array.codecs, parse_codecs(codecs, array.type));
  }
  BEAMPORT_TRY(check_chunk(codecs, array));
  return array;
}

void fill_voxels(MutableByteView voxels, DataType type, std::uint64_t fill_bits) noexcept {
  visit_data_type(type, [&]<typename T>() {
    using Bits =
        std::conditional_t<sizeof(T) == 1, std::uint8_t,
                           std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                              std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
    const auto bits = static_cast<Bits>(fill_bits);
    BEAMPORT_CHECK(voxels.size() % sizeof(T) == 0);
    for (std::size_t i = 0; i < voxels.size(); i += sizeof(T)) std::memcpy(voxels.data() + i, &bits, sizeof(T));
  });
}

}  // namespace beamport::zarr
