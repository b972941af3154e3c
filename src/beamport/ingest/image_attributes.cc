// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/image_attributes.h"

#include <utility>

namespace beamport::ingest {

JsonObject begin_attributes(const ImageAttributes& attributes) {
  return {{"schema", 1},
          {"generation", attributes.generation},
          {"created", attributes.created},
          {"software", attributes.software},
          {"profile", zarr::name_of(attributes.profile)},
          {"source",
           {{"name", attributes.source_name},
            {"slices", attributes.source_slices},
            {"data_type", name_of(attributes.source_type)},
            {"notes", JsonArray(attributes.notes.begin(), attributes.notes.end())}}},
          {"conversion", attributes.conversion},
          {"manifest", true}};
}

void complete_attributes(JsonObject& attributes, const VolumeStatistics& statistics,
                         const std::vector<LevelCount>& levels, Json thumbnails) {
  attributes["statistics"] = to_json(statistics);
  JsonArray counts;
  for (const LevelCount& level : levels) {
    counts.push_back({{"chunks", level.chunks}, {"stored_chunks", level.stored_chunks}});
  }
  attributes["levels"] = std::move(counts);
  attributes["thumbnails"] = std::move(thumbnails);
}

}  // namespace beamport::ingest
