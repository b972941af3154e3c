// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells whether an image on disk is still the one that was opened. Reads metadata documents only (zarr.json, .zgroup,
// .zattrs, .zarray), never voxels. Not for writers: a foreign program that rewrites chunks in place goes unnoticed.

#include <filesystem>
#include <span>
#include <string>

#include "beamport/base/result.h"

namespace beamport::catalog {

/// Cheap: identity, size and time of the documents in the image's own folder, without opening them. Equal as long as
/// nobody replaced or rewrote them. kNotFound when there is none.
[[nodiscard]] Result<std::string> metadata_stamp(const std::filesystem::path& image);

/// SHA-256 (64 hexadecimal digits) over name, content and modification time of the documents of the image's own folder
/// and of the given nodes and everything above them ("0", "labels/nuclei/0"): what a foreign image's version is made
/// of. kNotFound when there is none; kInvalidArgument for a node that leaves the image.
[[nodiscard]] Result<std::string> metadata_fingerprint(const std::filesystem::path& image,
                                                       std::span<const std::string> nodes);

}  // namespace beamport::catalog
