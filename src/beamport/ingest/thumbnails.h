// SPDX-License-Identifier: Apache-2.0
#pragma once

// The three middle planes of a coarse level, collected while the chunks pass by, so that a list of datasets has
// pictures without reading any data again. observe() may be called from several threads for different chunks.
//
//   xy: x right, y down      xz: x right, z down      zy: z right, y down

#include <array>
#include <cstdint>
#include <vector>

#include "beamport/array/volume_statistics.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport::ingest {

class ThumbnailCollector {
 public:
  static constexpr std::int64_t kMaxSide = 256;

  /// Takes the first level whose sides are all at most kMaxSide, or the coarsest.
  ThumbnailCollector(const std::vector<Extent>& levels, DataType type);

  /// `valid` is the part of a chunk inside its level; `origin` its first voxel there.
  void observe(std::size_t level, Point origin, VolumeView valid);

  /// {"xy": base64 JPEG, "xz": …, "zy": …}, drawn with the window from black to white.
  [[nodiscard]] Result<Json> to_json(ValueWindow window) const;

 private:
  struct Plane {
    std::int64_t width = 0;
    std::int64_t height = 0;
    Bytes voxels;
  };

  std::size_t level_;
  Extent extent_;
  DataType type_;
  Point middle_;
  Plane xy_;
  Plane xz_;
  Plane zy_;
};

}  // namespace beamport::ingest
