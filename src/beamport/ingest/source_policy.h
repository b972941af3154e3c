// SPDX-License-Identifier: Apache-2.0
#pragma once

// What becomes of the slices once their image is published. Nothing is ever removed that has not been compared, voxel
// by voxel, with the published image, twice: the second time after the caches were told to forget the files, so that
// what is compared comes from the disk. Who does it, and what happens when it is interrupted: source_disposal.h.

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/settled_source.h"

namespace beamport::ingest {

struct SourcePolicy {
  enum class Kind : std::uint8_t {
    kKeep,
    kDeleteAfterVerify,
    kArchive,  // moved below `archive`, after the same comparison
  };
  Kind kind = Kind::kKeep;
  std::filesystem::path archive;  // a folder on the source's file system
};

struct PublishedSource {
  std::filesystem::path source;
  std::string slice_pattern = "*";
  image::GapPolicy gaps = image::GapPolicy::kRefuse;
  std::string content;          // when it was converted (SourceLook): another one now means that it may not be touched
  std::filesystem::path image;  // published
  std::filesystem::path archive_name;  // below the archive: "ada/20260102/scan_1"
};

/// The source is what was converted, and level 0 of the image holds exactly its voxels. kFailedPrecondition when the
/// source changed, or the image was made with a change of type (then it cannot replace its source); kCorrupt, naming
/// the slice, for the first difference.
[[nodiscard]] Result<void> compare_with_source(const PublishedSource& published, const std::stop_token& stop);

/// Moves the source below the archive, never over what is there (kAlreadyExists); one sentence of that. May be said
/// again when it was moved already.
[[nodiscard]] Result<std::string> archive_source(const std::filesystem::path& archive,
                                                 const PublishedSource& published);

}  // namespace beamport::ingest
