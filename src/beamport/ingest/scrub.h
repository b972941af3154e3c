// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads every file of every image below a root again and compares it with the image's manifest, so that bits that rot
// are found before somebody needs them. What is damaged goes into the damage book, which shows it with the dataset;
// what is sound again, or has been replaced, leaves it. Nothing is repaired or removed here (image_repair.h): reads of
// a damaged chunk fail by their checksum, so a wrong picture is not shown meanwhile. May be limited, to leave the disk
// to others (scrub_pace.h). An image that is replaced while it is read is left for the next time.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/base/ids.h"
#include "beamport/base/result.h"
#include "beamport/ingest/file_check.h"
#include "beamport/ingest/scrub_pace.h"

namespace beamport::ingest {

struct ScrubbedImage {
  enum class Finding {
    kSound,
    kDamaged,
    kNoManifest,  // made by other software or before there were manifests: `verify` can check it
    kReplaced,    // while it was being read
    kUnreadable,  // and so was not compared; damaged[0] says why
  };
  DatasetId id;
  std::string relative_path;
  Finding finding = Finding::kSound;
  std::uint64_t bytes = 0;  // that were read
  std::vector<DamagedFile> damaged;
  std::optional<std::string> repair = std::nullopt;  // what is being done about it, or why nothing can be
};

struct ScrubRequest {
  std::filesystem::path root;  // a folder of images, or one image
  int workers = 1;             // files that are read at once
  ScrubLimits limits = {};
  /// Images up to this one, in the order of their relative paths, were done by an earlier pass that was interrupted.
  std::string after = {};
  /// Called when damage is in the book; what it says goes in, too. Empty: nothing is done about it.
  std::function<std::string(const ScrubbedImage&)> repair = {};
};

struct ScrubReport {
  std::int64_t sound = 0;
  std::int64_t damaged = 0;  // kDamaged and kUnreadable
  std::int64_t unchecked = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> problems;  // folders that could not be searched
};

/// Called after each image, from the scrubbing thread.
using ScrubObserver = std::function<void(const ScrubbedImage&)>;

/// Fails when the root cannot be listed, when the book cannot be written, or on a stop request.
[[nodiscard]] Result<ScrubReport> scrub(const ScrubRequest& request, const ScrubObserver& observer,
                                        const std::stop_token& stop);

}  // namespace beamport::ingest
