// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compares the files of an image with its manifest, byte for byte by checksum, without decoding anything: as fast as
// the disk reads. Finds every flipped bit, cut, lost or emptied file; files that the manifest does not name (labels
// that were added later) are not looked at.

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/exec/worker_pool.h"
#include "beamport/ingest/manifest.h"
#include "beamport/ingest/recording_store.h"
#include "beamport/store/store.h"

namespace beamport::ingest {

struct DamagedFile {
  std::string key;
  std::string problem;  // "is missing": goes on after the key
};

/// Nothing when the image has no manifest: made by other software, or by a version that wrote none. kCorrupt when it
/// is damaged.
[[nodiscard]] Result<std::optional<Manifest>> read_manifest(const store::Store& store);

/// Only whether the files are there and as long as they were written: no content is read. Stops at a stop request.
[[nodiscard]] std::vector<DamagedFile> check_file_sizes(const store::Store& store, const Manifest& manifest,
                                                        const std::stop_token& stop);

/// From several threads `piece` is called with what was read, and `checked` after each file with its size. Fails only
/// on a stop request, which ends it within a piece, and when `piece` does.
[[nodiscard]] Result<std::vector<DamagedFile>> check_files(const store::Store& store, const Manifest& manifest,
                                                           exec::WorkerPool& pool, const PieceObserver& piece,
                                                           const std::function<void(std::uint64_t size)>& checked,
                                                           const std::stop_token& stop);

}  // namespace beamport::ingest
