// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "beamport/array/box.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/base/check.h"
#include "beamport/base/checked_math.h"
#include "beamport/codec/crc32c.h"

namespace beamport::zarr {
namespace {

constexpr std::size_t kBlock = AlignedBuffer::kAlignment;
// From here on the gaps take less than two hundredths of the file.
constexpr std::size_t kLargeChunk = std::size_t{256} << 10;
constexpr std::array<std::byte, kBlock> kZeros{};

}  // namespace

ShardWriter::ShardWriter(std::unique_ptr<store::ObjectWriter> object, Extent grid)
    : object_(std::move(object)), grid_(grid), index_(grid.volume()) {}

Result<void> ShardWriter::append_header(ByteView header) {
  BEAMPORT_CHECK(object_ != nullptr && position_ == 0);
  BEAMPORT_TRY(object_->append(header));
  position_ = header.size();
  has_header_ = true;
  return {};
}

void ShardWriter::note(Point place, std::uint64_t size) {
  BEAMPORT_CHECK(Box::whole(grid_).contains(Box::at(place, {1, 1, 1})));
  const std::int64_t chunk = linear_index(place, grid_);
  BEAMPORT_CHECK(index_.missing(chunk));
  index_.set(chunk, {position_, size});
  position_ += size;
  ++chunks_;
}

/// To the next block.
std::size_t ShardWriter::gap_before_next() const noexcept {
  return static_cast<std::size_t>(round_up<std::uint64_t>(position_, kBlock) - position_);
}

Result<void> ShardWriter::append_chunk(Point place, ByteView encoded) {
  BEAMPORT_CHECK(object_ != nullptr);
  if (const std::size_t gap = gap_before_next(); has_header_ && gap > 0) {
    BEAMPORT_TRY(object_->append(ByteView(kZeros).first(gap)));
    position_ += gap;
  }
  note(place, encoded.size());
  return object_->append(encoded);
}

Result<void> ShardWriter::append_chunks(std::span<const ChunkInMemory> chunks) {
  BEAMPORT_CHECK(object_ != nullptr);
  std::vector<store::Piece> pieces;
  for (const ChunkInMemory& chunk : chunks) {
    const bool in_blocks = has_header_ || chunk.size >= kLargeChunk;
    if (const std::size_t gap = gap_before_next(); in_blocks && gap > 0) {
      pieces.push_back({ByteView(kZeros).first(gap)});
      position_ += gap;
    }
    note(chunk.place, chunk.size);
    const std::size_t length = in_blocks ? round_up(chunk.size, kBlock) : chunk.size;
    const MutableByteView gap = chunk.memory.first(length).subspan(chunk.size);
    std::ranges::fill(gap, std::byte{0});
    position_ += gap.size();
    std::optional<std::uint32_t> crc32c = chunk.crc32c;
    if (crc32c) crc32c = codec::crc32c(gap, *crc32c);
    pieces.push_back({chunk.memory.first(length), crc32c});
  }
  return object_->append_pieces(pieces);
}

Result<void> ShardWriter::finish() {
  BEAMPORT_CHECK(object_ != nullptr);
  const std::unique_ptr<store::ObjectWriter> object = std::move(object_);
  if (empty()) return {};
  const Bytes index = index_.encode();
  BEAMPORT_TRY(object->append(index));
  position_ += index.size();
  return object->finish();
}

}  // namespace beamport::zarr
