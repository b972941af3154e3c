// SPDX-License-Identifier: Apache-2.0
#pragma once

// What ImageJ writes into a TIFF's ImageDescription: lines of key=value, the first of them "ImageJ=version". Says how
// the images of a file are to be taken (slices, channels, frames) and how large a voxel is.
//
//   ImageJ=1.53t
//   images=128          number of images; absent means 1
//   slices=128          also channels=, frames=, hyperstack=true, mode=grayscale|color|composite
//   unit=micron         also "um", "\u00B5m", "nm", "mm", "cm", "pixel", …; TIFF resolution counts pixels per this unit
//   spacing=1.95        distance of slices in the same unit; absent means 1 in a stack
//   min=0.0  max=255.0  display window
//
// Pure functions; the text comes from outside and may be anything.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::image {

struct ImagejDescription {
  std::int64_t images = 1;
  std::int64_t channels = 1;
  std::int64_t slices = 1;
  std::int64_t frames = 1;
  bool hyperstack = false;
  std::string mode;
  std::string unit;
  std::optional<double> spacing;
  std::optional<double> min;
  std::optional<double> max;
};

/// Nothing when the text is not ImageJ's; kCorrupt when a count in it is no number or absurd.
[[nodiscard]] Result<std::optional<ImagejDescription>> parse_imagej_description(std::string_view text);

/// Refuses what is not one grey volume: several channels or time points. Returns a note when the images carry another
/// name than slices but plainly are one row of them.
[[nodiscard]] Result<std::optional<std::string>> check_one_volume(const ImagejDescription& description);

/// Micrometres in a unit as ImageJ spells it; nothing for "pixel", "inch" (a leftover of printing) and unknown words.
[[nodiscard]] std::optional<double> micrometres_in(std::string_view unit);

/// Voxel size (z, y, x) from the unit, the spacing and TIFF's pixels per unit (0 when absent).
[[nodiscard]] std::optional<std::array<double, 3>> voxel_size_um(const ImagejDescription& description,
                                                                 double x_resolution, double y_resolution);

}  // namespace beamport::image
