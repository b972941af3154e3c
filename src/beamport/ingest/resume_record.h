// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a later process must know to go on with a partial image: for which request it was made, which identity it has,
// and which shards are whole on disk, made from which slices. A file that is only appended to while shards are sealed.
//
//   0          8         12        44           68        100    104
//   | BPRESUME | version | request | generation | created | CRC |  shard | shard | …      | a torn one
//
//   a shard:   | level | z y x of its place | bytes | content | source | CRC |
//              0       4                    28      36        40       72    76
//
// Little endian; version, level, content (CRC-32C of the shard's file, for the manifest) and CRC (CRC-32C of what is
// before it, in the header or in the entry) are uint32, the place int64, bytes (the size of the file) uint64. `request`
// is a SHA-256 over everything that decides the image's bytes except its source, `source` one over the stamps of the
// slices that the shard was made from (slice_ledger.h). Generation and creation time are text, the latter filled up
// with zeros. What follows the first entry that is cut off or damaged was never acknowledged, and is ignored. Of two
// entries for one shard the later counts. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/crypto/sha256.h"

namespace beamport::ingest {

/// What makes two conversions of the same slices differ.
struct ImageIdentity {
  std::string generation;  // 24 hex digits
  std::string created;     // RFC 3339

  bool operator==(const ImageIdentity&) const = default;
};

struct SealedShard {
  std::size_t level = 0;
  Point place;  // in the level's grid of shards
  std::uint64_t bytes = 0;
  std::uint32_t crc32c = 0;  // of all of them
  crypto::Sha256Digest source{};

  bool operator==(const SealedShard&) const = default;
};

struct ResumeRecord {
  crypto::Sha256Digest request{};
  ImageIdentity identity;
  std::vector<SealedShard> shards;

  bool operator==(const ResumeRecord&) const = default;
};

[[nodiscard]] Bytes encode_resume_record(const ResumeRecord& record);
[[nodiscard]] Bytes encode_sealed_shard(const SealedShard& shard);

/// kCorrupt when the header is not that of a record, or of a later version's.
[[nodiscard]] Result<ResumeRecord> parse_resume_record(ByteView bytes);

}  // namespace beamport::ingest
