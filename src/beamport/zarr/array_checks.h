// SPDX-License-Identifier: Apache-2.0
#pragma once

// The checks that array metadata of both formats (and groups) share. Internal to the module. Pure functions.

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/codec/json_field.h"
#include "beamport/zarr/array_metadata.h"

namespace beamport::zarr {

/// zarr_format 3 and that node_type.
[[nodiscard]] Result<void> check_node(const codec::JsonField& root, std::string_view node_type);

/// Members of the document beyond the known ones must say `must_understand: false`.
[[nodiscard]] Result<void> check_understood(const codec::JsonField& root,
                                            std::initializer_list<std::string_view> known);

/// The member `attributes`, empty where absent.
[[nodiscard]] Result<JsonObject> parse_attributes(const codec::JsonField& root);

/// One length for each of 1 to kMaxRank axes, none below `least`.
[[nodiscard]] Result<std::vector<std::int64_t>> parse_lengths(const codec::JsonField& field, std::int64_t least);

/// "/" or ".".
[[nodiscard]] Result<char> parse_separator(const codec::JsonField& field);

/// Ranks of shape and grid agree, and the voxels can be counted.
[[nodiscard]] Result<void> check_shapes(const codec::JsonField& grid, const ArrayMetadata& array);

/// The inner chunk divides the shard, and the index stays within its limit.
[[nodiscard]] Result<void> check_inner_chunk(const codec::JsonField& field, const std::vector<std::int64_t>& inner,
                                             const std::vector<std::int64_t>& shard);

/// The chunk is within kMaxChunkBytes and its codecs can be prepared.
[[nodiscard]] Result<void> check_chunk(const codec::JsonField& codecs, const ArrayMetadata& array);

/// Both of one rank; each inner length divides the outer.
[[nodiscard]] std::vector<std::int64_t> chunks_per_shard(const std::vector<std::int64_t>& shard,
                                                         const std::vector<std::int64_t>& inner);

}  // namespace beamport::zarr
