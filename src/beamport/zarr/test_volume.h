// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small volumes for the tests of this module: voxels with a known pattern, written as Beamport writes them.

#include <string>

#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/store/store.h"
#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/profile.h"

namespace beamport::zarr {

/// A volume that owns its voxels.
struct TestVolume {
  Extent extent;
  DataType type = DataType::kUint8;
  Bytes voxels;

  TestVolume(Extent size, DataType voxel_type);
  [[nodiscard]] VolumeView view() const { return {voxels.data(), extent, type}; }
  [[nodiscard]] MutableVolumeView view() { return {voxels.data(), extent, type}; }
};

/// Every voxel tells where it is; voxels of the last quarter along x are 0, so that some chunks are empty.
[[nodiscard]] TestVolume pattern_volume(Extent extent, DataType type);

/// Writes the array's document and its shards; chunks of zeros are left out (all are kept, with a TIFF header, in the
/// raw profile).
void write_level(store::WritableStore& store, std::size_t level, const TestVolume& volume, const Profile& profile);

void put_text(store::WritableStore& store, const std::string& key, std::string_view text);

}  // namespace beamport::zarr
