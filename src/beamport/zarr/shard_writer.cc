// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_writer.h"

#include <utility>

#include "beamport/array/box.h"
#include "beamport/base/check.h"

namespace beamport::zarr {

ShardWriter::ShardWriter(std::unique_ptr<store::ObjectWriter> object, Extent grid)
    : object_(std::move(object)), grid_(grid), index_(grid.volume()) {}

Result<void> ShardWriter::append_header(ByteView header) {
  BEAMPORT_CHECK(object_ != nullptr && position_ == 0);
  BEAMPORT_TRY(object_->append(header));
  position_ = header.size();
  return {};
}

Result<void> ShardWriter::append_chunk(Point place, ByteView encoded) {
  BEAMPORT_CHECK(object_ != nullptr);
  BEAMPORT_CHECK(Box::whole(grid_).contains(Box::at(place, {1, 1, 1})));
  const std::int64_t chunk = linear_index(place, grid_);
  BEAMPORT_CHECK(index_.missing(chunk));
  BEAMPORT_TRY(object_->append(encoded));
  index_.set(chunk, {position_, encoded.size()});
  position_ += encoded.size();
  ++chunks_;
  return {};
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
