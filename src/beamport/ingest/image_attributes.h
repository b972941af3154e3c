// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Beamport itself records with an image, under attributes.beamport of the image group: where it came from, what
// was changed, what was counted. A pure function; the reading side is in the module that serves images.
//
//   {"schema": 1, "generation": id, "created": time, "software": …, "profile": …,
//    "source": {"name", "slices", "data_type", "notes"}, "conversion": null | {…},
//    "manifest": true,
//    "growing": {"first_level", "shares", "slices"} only while the image is being made,
//    "statistics": {…}, "levels": [{"chunks", "stored_chunks"}], "thumbnails": {"xy", "xz", "zy"}}

#include <string>
#include <vector>

#include "beamport/array/volume_statistics.h"
#include "beamport/base/json.h"
#include "beamport/ingest/level_layout.h"
#include "beamport/zarr/profile.h"

namespace beamport::ingest {

struct ImageAttributes {
  std::string generation;  // 24 hex digits, new for every conversion
  std::string created;
  std::string software;
  zarr::ProfileName profile = zarr::ProfileName::kLive;
  std::string source_name;
  std::int64_t source_slices = 0;
  DataType source_type = DataType::kUint8;
  std::vector<std::string> notes;
  Json conversion;  // VoxelConversion::to_json
};

/// Known when the conversion begins.
[[nodiscard]] JsonObject begin_attributes(const ImageAttributes& attributes);

/// Adds what is known when it has ended.
void complete_attributes(JsonObject& attributes, const VolumeStatistics& statistics,
                         const std::vector<LevelCount>& levels, Json thumbnails);

}  // namespace beamport::ingest
