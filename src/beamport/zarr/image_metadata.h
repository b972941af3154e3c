// SPDX-License-Identifier: Apache-2.0
#pragma once

// The metadata that Beamport writes: an OME-Zarr 0.5 image group and its level arrays (ome-ngff 0.5, "multiscales",
// "omero"; Zarr v3 array metadata). Pure functions from values to JSON documents.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "beamport/array/data_type.h"
#include "beamport/array/extent.h"
#include "beamport/base/json.h"
#include "beamport/zarr/image.h"
#include "beamport/zarr/profile.h"

namespace beamport::zarr {

struct ImageMetadata {
  std::string name;
  std::vector<Extent> levels;  // finest first, paths "0", "1", …
  std::array<double, 3> voxel_size_um{1, 1, 1};
  bool voxel_size_known = true;         // false: no unit is written
  std::optional<DisplayWindow> window;  // omero, one channel
  bool is_labels = false;               // kernel "mode" instead of "mean"
  JsonObject beamport;                  // Beamport's own attributes, stored under attributes.beamport
};

/// Content of the group's zarr.json. Scale doubles per level along each axis that was halved (an axis of length 1
/// cannot be); translation = (scale_k - scale_0) / 2 per axis, so that the voxels of all levels lie where they belong.
[[nodiscard]] Json group_document(const ImageMetadata& image);

/// Content of a level's zarr.json.
[[nodiscard]] Json array_document(Extent extent, DataType type, const Profile& profile);

/// Key of the shard at that place of the level's shard grid: "0/c/0/1/2".
[[nodiscard]] std::string chunk_key(std::size_t level, Point place);

}  // namespace beamport::zarr
