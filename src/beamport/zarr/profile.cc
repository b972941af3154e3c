// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"

namespace beamport::zarr {
namespace {

constexpr std::array<std::pair<ProfileName, std::string_view>, 3> kNames{{
    {ProfileName::kLive, "live"},
    {ProfileName::kSmall, "small"},
    {ProfileName::kRaw, "raw"},
}};
constexpr Extent kShard{64, 1024, 1024};
constexpr std::int64_t kSmallProfileDepth = 128;
constexpr std::int64_t kDeepShard = 256;
constexpr std::int64_t kDeepestShard = 512;
constexpr std::int64_t kDeepBytes = std::int64_t{512} << 30;
constexpr std::int64_t kDeepestBytes = std::int64_t{2} << 40;
constexpr std::int64_t kLargestCoarsestSide = 64;

Extent rounded_up(Extent extent, Extent chunk) {
  return {round_up(extent.z, chunk.z), round_up(extent.y, chunk.y), round_up(extent.x, chunk.x)};
}

std::int64_t shard_depth(ProfileName name, DataType type, Extent level_extent) {
  const std::int64_t bytes =
      level_extent.checked_bytes(static_cast<std::int64_t>(size_of(type))).value_or(kDeepestBytes + 1);
  if (bytes > kDeepestBytes) return kDeepestShard;
  if (bytes > kDeepBytes) return kDeepShard;
  return name == ProfileName::kSmall ? kSmallProfileDepth : kShard.z;
}

Extent shard_of(ProfileName name, DataType type, Extent level_extent, Extent chunk) {
  Extent shard{shard_depth(name, type, level_extent), kShard.y, kShard.x};
  if (name == ProfileName::kRaw) shard = {chunk.z, level_extent.y, level_extent.x};
  return min_of(rounded_up(shard, chunk), rounded_up(level_extent, chunk));
}

std::vector<codec::CodecSpec> codecs_of(ProfileName name, DataType type, bool is_labels) {
  std::vector<codec::CodecSpec> codecs{codec::BytesCodec{std::endian::little}};
  const std::size_t type_size = size_of(type);
  if (name == ProfileName::kRaw) {
    // as they are
  } else if (type_size == 1 || is_labels) {
    codecs.emplace_back(codec::ZstdCodec{.level = 1});
  } else if (name == ProfileName::kLive) {
    codecs.emplace_back(codec::BloscCodec{
        .compressor = "lz4", .level = 1, .shuffle = codec::BloscShuffle::kBit, .type_size = type_size});
  } else {
    codecs.emplace_back(codec::BloscCodec{
        .compressor = "zstd", .level = 1, .shuffle = codec::BloscShuffle::kByte, .type_size = type_size});
  }
  codecs.emplace_back(codec::Crc32cCodec{});
  return codecs;
}

}  // namespace

std::string_view name_of(ProfileName name) noexcept {
  for (const auto& [known, text] : kNames) {
    if (known == name) return text;
  }
  return "live";
}

std::optional<ProfileName> parse_profile_name(std::string_view text) noexcept {
  for (const auto& [name, known] : kNames) {
    if (known == text) return name;
  }
  return std::nullopt;
}

Profile make_profile(ProfileName name, DataType type, Extent level_extent, bool is_labels) {
  BEAMPORT_CHECK(level_extent.z > 0 && level_extent.y > 0 && level_extent.x > 0);
  const std::int64_t side = size_of(type) == 1 ? 128 : 64;
  Profile profile{.name = name, .chunk = {side, side, side}, .shard = {}, .codecs = {}};
  profile.shard = shard_of(name, type, level_extent, profile.chunk);
  profile.codecs = codecs_of(name, type, is_labels);
  return profile;
}

std::vector<Extent> level_extents(Extent finest) {
  std::vector<Extent> levels{finest};
  while (std::max({levels.back().z, levels.back().y, levels.back().x}) > kLargestCoarsestSide) {
    const Extent last = levels.back();
    levels.push_back({ceil_divide<std::int64_t>(last.z, 2), ceil_divide<std::int64_t>(last.y, 2),
                      ceil_divide<std::int64_t>(last.x, 2)});
  }
  return levels;
}

}  // namespace beamport::zarr
