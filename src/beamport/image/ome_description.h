// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few facts that Beamport needs from the OME-XML in a TIFF's ImageDescription: how many channels and time points
// there are, and how large a voxel is. Reads the attributes of the first <Pixels …> element; no XML parser, because
// nothing else of the text matters. Pure functions; the text comes from outside and may be anything.
//
//   <?xml …?><OME …><Image …><Pixels SizeX="64" SizeY="64" SizeZ="30" SizeC="1" SizeT="1" DimensionOrder="XYZCT"
//     PhysicalSizeX="0.65" PhysicalSizeXUnit="µm" … >

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace beamport::image {

struct OmeDescription {
  std::int64_t channels = 1;
  std::int64_t time_points = 1;
  std::optional<std::array<double, 3>> voxel_size_um;  // z, y, x
};

/// Nothing when the text is not OME-XML.
[[nodiscard]] std::optional<OmeDescription> parse_ome_description(std::string_view text);

}  // namespace beamport::image
