// SPDX-License-Identifier: Apache-2.0
#pragma once

// The shapes and codecs that Beamport writes (DESIGN.md §5, reference formats.md §8). Pure functions of the data's type
// and size.
//
//   live   blosc-lz4 level 1, bitshuffle for multi-byte types; zstd 1 for uint8 and labels
//   small  blosc-zstd, byte shuffle; zstd 1 for uint8 and labels
//   raw    uncompressed, one shard spans the whole plane and is also a tiled BigTIFF
//
// Every chunk ends with its CRC-32C, so that damage is found by reading, whatever the compressor tells.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "beamport/array/data_type.h"
#include "beamport/array/extent.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::zarr {

enum class ProfileName : std::uint8_t { kLive, kSmall, kRaw };

[[nodiscard]] std::string_view name_of(ProfileName name) noexcept;
[[nodiscard]] std::optional<ProfileName> parse_profile_name(std::string_view text) noexcept;

struct Profile {
  ProfileName name = ProfileName::kLive;
  Extent chunk;                          // 64³, or 128³ for uint8
  Extent shard;                          // a multiple of chunk
  std::vector<codec::CodecSpec> codecs;  // of the inner chunk
};

/// `level_extent` is the extent of the level to be written, not empty. Shards are 64 × 1024 × 1024 (small: 128 deep),
/// rounded up to whole chunks; beyond 512 GiB of voxels they are 256 deep, beyond 2 TiB 512. The raw profile's are one
/// chunk deep and span the plane. No shard is larger than the level rounded up to whole chunks.
[[nodiscard]] Profile make_profile(ProfileName name, DataType type, Extent level_extent, bool is_labels = false);

/// Extents of all levels, finest first: every side halved with ceil until none exceeds 64.
[[nodiscard]] std::vector<Extent> level_extents(Extent finest);

}  // namespace beamport::zarr
