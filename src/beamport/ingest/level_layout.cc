// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/level_layout.h"

#include <utility>

#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/tiff_shard_header.h"

namespace beamport::ingest {

Result<zarr::ShardWriter> begin_shard(store::WritableStore& store, const LevelLayout& layout, std::size_t level,
                                      Point place, DataType type) {
  const zarr::Profile& profile = layout.profile;
  const Extent chunks = grid_of(profile.shard, profile.chunk);
  BEAMPORT_ASSIGN(auto object, store.create(zarr::chunk_key(level, place), 0));
  zarr::ShardWriter writer(std::move(object), chunks);
  if (profile.name == zarr::ProfileName::kRaw) {
    BEAMPORT_TRY(writer.append_header(zarr::tiff_shard_header(layout.extent, place, profile.chunk, chunks, type)));
  }
  return writer;
}

}  // namespace beamport::ingest
