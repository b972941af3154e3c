// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the metadata of an array says, v3 (`zarr.json`) or v2 (`.zarray` and `.zattrs`), checked and in one form.
// Sources: Zarr v3.1 core "Array metadata", sharding_indexed 1.0; Zarr v2 "Metadata". Immutable values.
// Every complaint names the field. kUnsupported: well-formed, but an extension that Beamport does not read;
// kCorrupt: against the specification; kOutOfRange: beyond the limits below.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "beamport/array/data_type.h"
#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/codec/codec_chain.h"

namespace beamport::zarr {

inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::int64_t kMaxAxisLength = std::int64_t{1} << 40;
inline constexpr std::int64_t kMaxChunkBytes = std::int64_t{1} << 30;  // of one decoded (inner) chunk

/// How the place of a chunk in the grid becomes a key.
struct ChunkKeyEncoding {
  enum class Kind : std::uint8_t {
    kDefault,  // "c/1/23/45", and "c" for no axes
    kV2,       // "1.23.45"
  };
  Kind kind = Kind::kDefault;
  char separator = '/';

  [[nodiscard]] std::string key(std::span<const std::int64_t> place) const;
};

/// The codec `sharding_indexed`: the grid's chunks are shards of inner chunks.
struct Sharding {
  std::vector<std::int64_t> inner_chunk;
  std::vector<codec::CodecSpec> codecs;  // of an inner chunk
  std::vector<codec::CodecSpec> index_codecs;
  bool index_at_end = true;
};

struct ArrayMetadata {
  int zarr_format = 3;
  std::vector<std::int64_t> shape;
  DataType type = DataType::kUint8;  // "bool" reads as uint8
  std::vector<std::int64_t> chunk;   // of the grid; the shard when sharded
  ChunkKeyEncoding chunk_keys;
  std::uint64_t fill_bits = 0;           // bit pattern of the fill value, in the low bytes
  std::vector<codec::CodecSpec> codecs;  // of a chunk; empty when sharded
  std::optional<Sharding> sharding;
  std::vector<std::optional<std::string>> dimension_names;  // one per axis; all absent when not given
  JsonObject attributes;

  /// The unit of compression.
  [[nodiscard]] const std::vector<std::int64_t>& inner_chunk() const noexcept {
    return sharding ? sharding->inner_chunk : chunk;
  }
  [[nodiscard]] const std::vector<codec::CodecSpec>& inner_codecs() const noexcept {
    return sharding ? sharding->codecs : codecs;
  }
};

/// Content of an array's `zarr.json`.
[[nodiscard]] Result<ArrayMetadata> parse_array_v3(const Json& document);

/// Content of `.zarray`, and of `.zattrs` where there is one (else an empty object).
[[nodiscard]] Result<ArrayMetadata> parse_array_v2(const Json& document, JsonObject attributes);

/// Fills a whole number of voxels of that type with the bit pattern.
void fill_voxels(MutableByteView voxels, DataType type, std::uint64_t fill_bits) noexcept;

}  // namespace beamport::zarr
