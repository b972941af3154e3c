// SPDX-License-Identifier: Apache-2.0
#pragma once

// From which content of which files the voxels of one pass over a stack came. A shard may be kept as long as the slices
// it was made from are what they were: that is told by their stamps (inode, size, both times), of which a digest is
// kept, and inside a process by the versions of the frames. Thread-safe.

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/base/result.h"
#include "beamport/crypto/sha256.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/level_layout.h"

namespace beamport::ingest {

/// Slices [begin, end) of the stack.
struct SliceRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Those that a shard of a level was made from: every coarser voxel comes from the finer ones below it only.
[[nodiscard]] SliceRange slices_of_shard(const LevelLayout& layout, std::size_t level, Point place,
                                         std::int64_t slices) noexcept;

/// SHA-256 over the stamps of these slices as they are now, complete or not. Nothing when one is not there.
[[nodiscard]] std::optional<crypto::Sha256Digest> digest_of_stamps(const image::FrameSource& source, SliceRange range);

class SliceLedger {
 public:
  /// The source outlives the ledger.
  explicit SliceLedger(const image::FrameSource& source);

  /// Reads as FrameSource::read_into does, and notes of which version. That a slice changed meanwhile is no error: the
  /// ledger knows.
  [[nodiscard]] Result<VolumeView> read(std::int64_t z, std::int64_t row, std::int64_t rows, MutableByteView slot);

  /// SHA-256 over the stamps of these slices, if all that was read of them is what they are now.
  [[nodiscard]] std::optional<crypto::Sha256Digest> digest(SliceRange range) const;

  /// The first slice of which something was read that it is no longer, or that cannot be read as it is now.
  [[nodiscard]] std::optional<std::int64_t> first_changed() const;

 private:
  [[nodiscard]] std::uint64_t version_read(std::int64_t z) const;
  void note(std::int64_t z, std::uint64_t before, std::uint64_t after);

  const image::FrameSource& source_;
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> versions_;  // by slice; guarded
};

}  // namespace beamport::ingest
