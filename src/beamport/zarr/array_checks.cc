// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/array_checks.h"

#include <algorithm>
#include <optional>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/zarr/shard_index.h"

namespace beamport::zarr {
namespace {

using codec::JsonField;

// Bytes of a whole array: what fits in 62 bits leaves room for every sum made of it.
constexpr std::int64_t kMaxArrayBytes = std::int64_t{1} << 62;

std::optional<std::int64_t> checked_product(const std::vector<std::int64_t>& lengths, std::int64_t start) {
  std::optional<std::int64_t> product = start;
  for (const std::int64_t length : lengths) {
    product = checked_multiply(*product, length);
    if (!product) return std::nullopt;
  }
  return product;
}

bool ignorable(const Json& value) {
  const JsonObject* object = value.if_object();
  if (object == nullptr) return false;
  const Json* understand = object->if_contains("must_understand");
  return understand != nullptr && understand->is_bool() && !understand->get_bool();
}

}  // namespace

Result<void> check_node(const JsonField& root, std::string_view node_type) {
  BEAMPORT_ASSIGN(const JsonField format, root.at("zarr_format"));
  BEAMPORT_ASSIGN(const std::int64_t number, format.integer());
  if (number != 3) return format.failure(ErrorCode::kUnsupported, fmt::format("expected 3, found {}", number));
  BEAMPORT_ASSIGN(const JsonField type, root.at("node_type"));
  BEAMPORT_ASSIGN(const std::string_view text, type.text());
  if (text != node_type) {
    return type.failure(ErrorCode::kCorrupt, fmt::format("expected \"{}\", found \"{}\"", node_type, text));
  }
  return {};
}

Result<void> check_understood(const JsonField& root, std::initializer_list<std::string_view> known) {
  BEAMPORT_ASSIGN(const JsonObject* members, root.object());
  for (const auto& member : *members) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) != known.end() || ignorable(member.value())) continue;
    return root.failure(ErrorCode::kUnsupported,
                        fmt::format("the member \"{}\" is not known and does not say must_understand: false", key));
  }
  return {};
}

Result<JsonObject> parse_attributes(const JsonField& root) {
  const std::optional<JsonField> field = root.find("attributes");
  if (!field || field->value().is_null()) return JsonObject{};
  BEAMPORT_ASSIGN(const JsonObject* attributes, field->object());
  return *attributes;
}

Result<std::vector<std::int64_t>> parse_lengths(const JsonField& field, std::int64_t least) {
  BEAMPORT_ASSIGN(const std::vector<JsonField> list, field.elements(kMaxRank));
  if (list.empty()) return field.failure(ErrorCode::kUnsupported, "an array without axes is not read");
  std::vector<std::int64_t> lengths;
  for (const JsonField& entry : list) {
    BEAMPORT_ASSIGN(const std::int64_t length, entry.integer(least, kMaxAxisLength));
    lengths.push_back(length);
  }
  return lengths;
}

Result<char> parse_separator(const JsonField& field) {
  BEAMPORT_ASSIGN(const std::string_view text, field.text());
  if (text == "/" || text == ".") return text.front();
  return field.failure(ErrorCode::kCorrupt, fmt::format("\"{}\" is neither \"/\" nor \".\"", text));
}

Result<void> check_shapes(const JsonField& grid, const ArrayMetadata& array) {
  if (array.chunk.size() != array.shape.size()) {
    return grid.failure(ErrorCode::kCorrupt,
                        fmt::format("chunks of {} axes in an array of {}", array.chunk.size(), array.shape.size()));
  }
  const auto item = static_cast<std::int64_t>(size_of(array.type));
  // Rounded up to whole chunks, because edge chunks are whole too.
  std::vector<std::int64_t> whole;
  for (std::size_t i = 0; i < array.shape.size(); ++i) {
    whole.push_back(round_up(std::max<std::int64_t>(array.shape[i], 1), array.chunk[i]));
  }
  const std::optional<std::int64_t> bytes = checked_product(whole, item);
  if (!bytes || *bytes > kMaxArrayBytes) return grid.failure(ErrorCode::kOutOfRange, "the array is too large");
  return {};
}

Result<void> check_inner_chunk(const JsonField& field, const std::vector<std::int64_t>& inner,
                               const std::vector<std::int64_t>& shard) {
  if (inner.size() != shard.size()) {
    return field.failure(ErrorCode::kCorrupt, fmt::format("{} axes in a shard of {}", inner.size(), shard.size()));
  }
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (shard[i] % inner[i] == 0) continue;
    return field.failure(ErrorCode::kCorrupt, fmt::format("{} does not divide the shard's {}", inner[i], shard[i]));
  }
  const std::optional<std::int64_t> count = checked_product(chunks_per_shard(shard, inner), 1);
  if (!count || *count > kMaxChunksPerShard) {
    return field.failure(ErrorCode::kOutOfRange, fmt::format("more than {} chunks in a shard", kMaxChunksPerShard));
  }
  return {};
}

Result<void> check_chunk(const JsonField& codecs, const ArrayMetadata& array) {
  const std::optional<std::int64_t> bytes =
      checked_product(array.inner_chunk(), static_cast<std::int64_t>(size_of(array.type)));
  if (!bytes || *bytes > kMaxChunkBytes) {
    return codecs.failure(ErrorCode::kOutOfRange, fmt::format("chunks of more than {} bytes", kMaxChunkBytes));
  }
  BEAMPORT_TRY(codec::CodecChain::prepare(array.inner_codecs(), array.inner_chunk(), array.type)
                   .map_error(in_context(codecs.path())));
  return {};
}

std::vector<std::int64_t> chunks_per_shard(const std::vector<std::int64_t>& shard,
                                           const std::vector<std::int64_t>& inner) {
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < shard.size(); ++i) counts.push_back(shard[i] / inner[i]);
  return counts;
}

}  // namespace beamport::zarr
