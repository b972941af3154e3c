// SPDX-License-Identifier: Apache-2.0
#pragma once

// A stack becomes an OME-Zarr image: one pass over its voxels makes the chunks of all levels, the statistics, the
// occupancy and the thumbnails, in bounded memory; then the image gets its name, whole and durable.
//
//   frames ─ BandReader ─▶ workers: gather, convert type ─▶ ImageBuilder: count, reduce, encode, write, seal
//
// The stack may still be landing: then the conversion follows the slices, and ends when the last one has come.
// Nothing that looks like an image exists under the target's name before it is complete; after an error nothing is
// left.

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
  std::int64_t slices = 0;                   // how many there will be
  std::optional<std::int64_t> first_number;  // in the name of the first; nothing: the lowest number that is there
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
  int workers = 2;
  int readers = 4;  // threads that wait for the disk
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::string software;  // recorded: "beamport 0.1.0"
};

struct ConvertProgress {
  std::int64_t bytes_done = 0;  // of the source's voxels
  std::int64_t bytes_total = 0;
  std::int64_t slices_done = 0;  // whole slabs only
  std::int64_t slices_total = 0;
};

/// Called from the converting thread after each band.
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
};

[[nodiscard]] Result<ConvertSummary> convert(const ConvertRequest& request, const ConvertObserver& observer,
                                             std::stop_token stop);

}  // namespace beamport::ingest
