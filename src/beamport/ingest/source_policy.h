// SPDX-License-Identifier: Apache-2.0
#pragma once

// What becomes of the slices once their image is published. Nothing is ever removed that has not been compared, voxel
// by voxel, with the published image, twice: the second time after the caches were told to forget the files, so that
// what is compared comes from the disk.

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

/// Level 0 of the image holds exactly the source's voxels. kFailedPrecondition when the image was made with a change of
/// type (then it cannot replace its source); kCorrupt, naming the slice, for the first difference.
[[nodiscard]] Result<void> compare_with_source(const PublishedSource& published, const std::stop_token& stop);

/// One sentence of what was done. After an error the source is whole.
[[nodiscard]] Result<std::string> apply_source_policy(const SourcePolicy& policy, const PublishedSource& published,
                                                      const std::stop_token& stop);

}  // namespace beamport::ingest
