// SPDX-License-Identifier: Apache-2.0
#pragma once

// The OME-Zarr attributes of an image group as values (ome-ngff 0.4 and 0.5; 0.6 read tolerantly; older ones as far as
// they name axes). Pure function of the JSON; the arrays are not looked at. Complaints name the field.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport::zarr {

/// Contrast as omero.channels[0].window says it.
struct DisplayWindow {
  double min = 0;
  double max = 0;
  double start = 0;
  double end = 0;
};

struct MultiscaleLevel {
  std::string path;                               // relative to the group; a valid store key
  bool scale_known = false;                       // false: no scale was given, and the two below mean nothing
  std::array<double, 3> scale_um{1, 1, 1};        // z, y, x; 1 for an axis that is not there
  std::array<double, 3> translation_um{0, 0, 0};  // centre of voxel (0,0,0)
};

struct Multiscale {
  std::string name;
  std::size_t axes = 3;          // all of them
  std::size_t spatial_axes = 3;  // the last 2 or 3 of them
  bool unit_known = false;       // false: lengths are as written, whatever they mean
  std::vector<MultiscaleLevel> levels;
  std::optional<DisplayWindow> window;
};

/// Whether the attributes describe an image at all.
[[nodiscard]] bool has_multiscales(const JsonObject& attributes);

/// Whether the group only wraps numbered images, as bioformats2raw writes them ("bioformats2raw.layout": 3).
[[nodiscard]] bool is_wrapper(const JsonObject& attributes);

/// The first multiscale. kUnsupported: axes in another order than …,z,y,x, or a transformation beyond scale and
/// translation.
[[nodiscard]] Result<Multiscale> parse_multiscale(const JsonObject& attributes);

}  // namespace beamport::zarr
