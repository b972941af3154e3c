// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/node.h"

#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/zarr/array_checks.h"

namespace beamport::zarr {
namespace {

constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{16} << 20;

std::function<Error(Error)> in_document(const store::Store& store, std::string_view key) {
  return in_context(fmt::format("{}/{}", store.describe(), key));
}

/// Nothing where the key is absent; kCorrupt where it holds no JSON.
Result<std::optional<Json>> read_document(const store::Store& store, const std::string& key) {
  const Result<Bytes> text = store.get(key, kMaxDocumentBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return std::optional<Json>();
    return fail(text.error());
  }
  Result<Json> document = parse_json(as_text(*text));
  if (!document) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}/{}: {}", store.describe(), key, document.error().message));
  }
  return std::optional<Json>(*std::move(document));
}

Result<JsonObject> read_attributes_v2(const store::Store& store, std::string_view path) {
  const std::string key = join_path(path, ".zattrs");
  BEAMPORT_ASSIGN(const std::optional<Json> document, read_document(store, key));
  if (!document) return JsonObject{};
  const JsonObject* attributes = document->if_object();
  if (attributes == nullptr) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}/{}: expected an object", store.describe(), key));
  }
  return *attributes;
}

Result<std::optional<Group>> parse_group_v3(const Json& document) {
  const codec::JsonField root(document, "");
  const std::optional<codec::JsonField> type = root.find("node_type");
  if (type && type->value() == Json("array")) return std::optional<Group>();
  BEAMPORT_TRY(check_node(root, "group"));
  // A null consolidated_metadata was written by early releases of zarr-python 3.
  const std::optional<codec::JsonField> consolidated = root.find("consolidated_metadata");
  if (consolidated && consolidated->value().is_null()) {
    BEAMPORT_TRY(check_understood(root, {"zarr_format", "node_type", "attributes", "consolidated_metadata"}));
  } else {
    BEAMPORT_TRY(check_understood(root, {"zarr_format", "node_type", "attributes"}));
  }
  BEAMPORT_ASSIGN(JsonObject attributes, parse_attributes(root));
  return std::optional<Group>(Group{3, std::move(attributes)});
}

Result<std::optional<Group>> read_group_v2(const store::Store& store, std::string_view path) {
  const std::string key = join_path(path, ".zgroup");
  BEAMPORT_ASSIGN(const std::optional<Json> document, read_document(store, key));
  if (!document) return std::optional<Group>();
  const codec::JsonField root(*document, "");
  BEAMPORT_ASSIGN(const codec::JsonField format, root.at("zarr_format").map_error(in_document(store, key)));
  BEAMPORT_TRY(format.integer(2, 2).map_error(in_document(store, key)));
  BEAMPORT_ASSIGN(JsonObject attributes, read_attributes_v2(store, path));
  return std::optional<Group>(Group{2, std::move(attributes)});
}

}  // namespace

std::string join_path(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}/{}", path, name);
}

Result<std::optional<Group>> read_group(const store::Store& store, std::string_view path) {
  const std::string key = join_path(path, "zarr.json");
  BEAMPORT_ASSIGN(const std::optional<Json> document, read_document(store, key));
  if (document) return parse_group_v3(*document).map_error(in_document(store, key));
  return read_group_v2(store, path);
}

Result<ArrayMetadata> read_array_metadata(const store::Store& store, std::string_view path) {
  const std::string key = join_path(path, "zarr.json");
  BEAMPORT_ASSIGN(const std::optional<Json> document, read_document(store, key));
  if (document) return parse_array_v3(*document).map_error(in_document(store, key));
  const std::string old_key = join_path(path, ".zarray");
  BEAMPORT_ASSIGN(const std::optional<Json> old_document, read_document(store, old_key));
  if (!old_document) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: no Zarr array at \"{}\"", store.describe(), path));
  }
  BEAMPORT_ASSIGN(JsonObject attributes, read_attributes_v2(store, path));
  return parse_array_v2(*old_document, std::move(attributes)).map_error(in_document(store, old_key));
}

}  // namespace beamport::zarr
