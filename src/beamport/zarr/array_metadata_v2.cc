// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "beamport/zarr/array_checks.h"
#include "beamport/zarr/array_metadata.h"
#include "beamport/zarr/fill_value.h"

// `.zarray` of Zarr v2. Byte order lives in the dtype, array order in `order`; both become codecs of the v3 kind.

namespace beamport::zarr {
namespace {

using codec::JsonField;

struct NumpyType {
  DataType type = DataType::kUint8;
  bool is_bool = false;
  std::endian endian = std::endian::little;
};

std::optional<DataType> type_of_code(std::string_view code) {
  constexpr std::pair<std::string_view, DataType> kCodes[] = {
      {"u1", DataType::kUint8}, {"i1", DataType::kInt8},    {"b1", DataType::kUint8},  {"u2", DataType::kUint16},
      {"i2", DataType::kInt16}, {"u4", DataType::kUint32},  {"i4", DataType::kInt32},  {"u8", DataType::kUint64},
      {"i8", DataType::kInt64}, {"f4", DataType::kFloat32}, {"f8", DataType::kFloat64}};
  for (const auto& [name, type] : kCodes) {
    if (name == code) return type;
  }
  return std::nullopt;
}

/// "<f4", ">u2", "|u1".
Result<NumpyType> parse_dtype(const JsonField& field) {
  if (field.value().is_array()) return field.failure(ErrorCode::kUnsupported, "structured types are not read");
  BEAMPORT_ASSIGN(const std::string_view text, field.text());
  const std::optional<DataType> type = text.size() == 3 ? type_of_code(text.substr(1)) : std::nullopt;
  if (!type) return field.failure(ErrorCode::kUnsupported, fmt::format("the type \"{}\" is not read", text));
  const char order = text.front();
  const bool order_known = order == '<' || order == '>' || (order == '|' && size_of(*type) == 1);
  if (!order_known) return field.failure(ErrorCode::kCorrupt, fmt::format("\"{}\" has no byte order", text));
  return NumpyType{*type, text.ends_with("b1"), order == '>' ? std::endian::big : std::endian::little};
}

Result<bool> is_fortran_order(const JsonField& root) {
  BEAMPORT_ASSIGN(const JsonField field, root.at("order"));
  BEAMPORT_ASSIGN(const std::string_view order, field.text());
  if (order != "C" && order != "F") {
    return field.failure(ErrorCode::kCorrupt, fmt::format("\"{}\" is neither \"C\" nor \"F\"", order));
  }
  return order == "F";
}

Result<void> check_filters(const JsonField& root) {
  const std::optional<JsonField> field = root.find("filters");
  if (!field || field->value().is_null()) return {};
  if (const JsonArray* list = field->value().if_array(); list != nullptr && list->empty()) return {};
  return field->failure(ErrorCode::kUnsupported, "filters are not read");
}

Result<std::vector<codec::CodecSpec>> parse_codecs(const JsonField& root, const NumpyType& type, std::size_t rank) {
  std::vector<codec::CodecSpec> codecs;
  BEAMPORT_ASSIGN(const bool fortran, is_fortran_order(root));
  if (fortran && rank > 1) {
    codec::TransposeCodec reverse;
    for (std::size_t axis = rank; axis-- > 0;) reverse.order.push_back(axis);
    codecs.emplace_back(std::move(reverse));
  }
  codecs.emplace_back(codec::BytesCodec{type.endian});
  BEAMPORT_ASSIGN(const JsonField compressor, root.at("compressor"));
  BEAMPORT_ASSIGN(std::vector<codec::CodecSpec> more, codec::parse_compressor_v2(compressor.value(), type.type));
  for (codec::CodecSpec& spec : more) codecs.push_back(std::move(spec));
  return codecs;
}

}  // namespace

Result<ArrayMetadata> parse_array_v2(const Json& document, JsonObject attributes) {
  const JsonField root(document, "");
  BEAMPORT_ASSIGN(const JsonField format, root.at("zarr_format"));
  BEAMPORT_TRY(format.integer(2, 2));
  BEAMPORT_TRY(check_filters(root));
  ArrayMetadata array;
  array.zarr_format = 2;
  BEAMPORT_ASSIGN(const JsonField shape, root.at("shape"));
  BEAMPORT_ASSIGN(array.shape, parse_lengths(shape, 0));
  BEAMPORT_ASSIGN(const JsonField chunks, root.at("chunks"));
  BEAMPORT_ASSIGN(array.chunk, parse_lengths(chunks, 1));
  BEAMPORT_ASSIGN(const JsonField dtype, root.at("dtype"));
  BEAMPORT_ASSIGN(const NumpyType type, parse_dtype(dtype));
  array.type = type.type;
  array.chunk_keys = {ChunkKeyEncoding::Kind::kV2, '.'};
  if (const std::optional<JsonField> separator = root.find("dimension_separator")) {
    BEAMPORT_ASSIGN(array.chunk_keys.separator, parse_separator(*separator));
  }
  BEAMPORT_ASSIGN(const JsonField fill, root.at("fill_value"));
  BEAMPORT_ASSIGN(array.fill_bits, parse_fill_value_v2(fill, array.type, type.is_bool));
  BEAMPORT_TRY(check_shapes(chunks, array));
  BEAMPORT_ASSIGN(array.codecs, parse_codecs(root, type, array.shape.size()));
  BEAMPORT_TRY(check_chunk(chunks, array));
  array.dimension_names.resize(array.shape.size());
  array.attributes = std::move(attributes);
  return array;
}

}  // namespace beamport::zarr
