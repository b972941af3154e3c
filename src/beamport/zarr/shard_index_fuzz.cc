// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "beamport/base/check.h"
#include "beamport/codec/crc32c.h"
#include "beamport/zarr/shard_index.h"

// Reads arbitrary bytes as the end of a shard with three chunks. The first byte chooses: as they are, or with a
// checksum that fits, so that the entries are reached. Every accepted entry lies inside the shard.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::zarr;
  constexpr std::int64_t kChunks = 3;
  static const codec::CodecChain chain = prepare_index_codecs(standard_index_codecs(), {kChunks}).value();
  if (size == 0) return 0;
  const ByteView shard = std::as_bytes(std::span(data + 1, size - 1));
  const std::size_t index_bytes = std::min(chain.max_encoded_size(), shard.size());
  Bytes encoded(shard.end() - static_cast<std::ptrdiff_t>(index_bytes), shard.end());
  if ((data[0] & 1U) != 0 && encoded.size() > 4) {
    const MutableByteView bytes(encoded);
    store_little<std::uint32_t>(bytes.last(4), codec::crc32c(bytes.first(bytes.size() - 4)));
  }
  const Result<ShardIndex> index = ShardIndex::parse(encoded, chain, shard.size());
  if (!index) return 0;
  for (std::int64_t chunk = 0; chunk < kChunks; ++chunk) {
    if (index->missing(chunk)) continue;
    const ByteRange range = index->at(chunk);
    BEAMPORT_CHECK(range.offset <= shard.size() && range.length <= shard.size() - range.offset);
  }
  BEAMPORT_CHECK(index->encode() == encoded);
  return 0;
}
