// SPDX-License-Identifier: Apache-2.0
#pragma once

// A stack becomes an OME-Zarr image: one pass over its voxels makes the chunks of all levels, the statistics, the
// occupancy and the thumbnails, in bounded memory; then the image gets its name, whole and durable.
//
//   frames ─ BandReader ─▶ workers: gather, convert type ─▶ ImageBuilder: count, reduce, encode, write, seal
//
// The stack may still be landing: then the conversion follows the slices, and ends when the last one has come. A slice
// that changes after it was read, until the image has its name, makes another pass: what came from it is done again,
// and the other shards stay.
//
// Nothing that looks like an image exists under the target's name before it is complete. After an error nothing is
// left, or, for a request that may be resumed, a partial directory from which the same request goes on: in any process,
// after a stop, a crash or a power cut, to the same bytes.

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/coarse_levels.h"
#include "beamport/os/io_mode.h"
#include "beamport/zarr/profile.h"

namespace beamport::ingest {

/// Voxels are kept, or squeezed into an unsigned integer through a window.
struct TypeChange {
  DataType to = DataType::kUint16;
  std::optional<ValueWindow> window;  // nothing: percentiles 0.1 to 99.9 of sampled slices
};

/// Slices that are still being written into the directory while the conversion runs.
struct Landing {
  std::int64_t slices = 0;                      // how many there will be
  std::optional<std::int64_t> first_number;     // in the name of the first; nothing: the lowest number that is there
  std::chrono::milliseconds patience{600'000};  // give up when nothing landed for so long
  std::string pattern = "*";                    // only these names are slices (image/file_pattern.h)
};

/// For experiments and tests: what the profile and the memory decide otherwise.
struct ConvertTuning {
  std::optional<Extent> shard;                        // rounded up to whole chunks
  std::int64_t held_bytes = CoarseLevels::kMaxBytes;  // coarse levels that are kept in memory, at most
};

struct ConvertRequest {
  std::string stack;                                   // directory, glob or file
  std::filesystem::path output;                        // must end in .zarr
  std::optional<std::array<double, 3>> voxel_size_um;  // z, y, x; overrides what the files say
  zarr::ProfileName profile = zarr::ProfileName::kLive;
  std::optional<TypeChange> type_change;
  image::GapPolicy gaps = image::GapPolicy::kRefuse;
  std::optional<Landing> landing;  // nothing: the stack is complete
  os::IoMode io = os::IoMode::kAuto;
  bool labels = false;  // reduce by mode instead of mean
  bool overwrite = false;
  bool resume = false;  // go on where the same request ended, and leave what can be gone on from
  int workers = 2;
  int readers = 4;  // threads that wait for the disk
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::string software;    // recorded: "beamport 0.1.0"
  std::string generation;  // recorded, 24 hex digits; empty: a new random one
  /// Called when all of the image is durable in its partial directory; its name comes next, unless this fails.
  std::function<Result<void>(const std::filesystem::path& partial)> before_publish;
  ConvertTuning tuning;
};

struct ConvertProgress {
  std::int64_t bytes_done = 0;  // of the source's voxels
  std::int64_t bytes_total = 0;
  std::int64_t slices_done = 0;  // whole slabs only
  std::int64_t slices_total = 0;
  std::int64_t slices_landed = 0;  // all of them, when the stack was complete from the beginning
};

/// Called from the converting thread after each band. Each pass begins at 0.
using ConvertObserver = std::function<void(const ConvertProgress&)>;

struct ConvertSummary {
  Extent extent;
  DataType source_type = DataType::kUint8;
  DataType stored_type = DataType::kUint8;
  std::size_t level_count = 0;
  std::int64_t source_bytes = 0;
  std::uint64_t stored_bytes = 0;  // encoded chunks of all levels
  std::array<double, 3> voxel_size_um{};
  bool voxel_size_known = false;
  std::vector<std::string> notes;
  VolumeStatistics statistics;
  int passes = 1;                 // more than one when slices changed
  std::uint64_t kept_shards = 0;  // in the last pass, from earlier ones or an earlier process
  std::uint64_t kept_bytes = 0;   // of chunks in them
};

/// kUnavailable when the slices change again and again: the same request may succeed later.
[[nodiscard]] Result<ConvertSummary> convert(const ConvertRequest& request, const ConvertObserver& observer,
                                             std::stop_token stop);

}  // namespace beamport::ingest
