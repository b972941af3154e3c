// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory of slices that are still being written, one TIFF file each, as a stack: reading a slice waits until it is
// complete, so a conversion begins with the first slab and ends soon after the last slice. Slices may land in any order
// and from several writers; their place comes from the number in the name. A slice is complete when its headers hold
// and its closing (or its arrival by rename) was announced; where nobody announces, when it has not changed for a while
// (landing_directory.h). A writer that closes a file and goes on writing, or that writes by mmap, can fool both: call
// confirm() at the end. A slice that is written again is no longer complete and lands once more, with another version
// in its frame_state(): whoever has read it before reads it again. One thread of its own watches. Thread-safe like
// every FrameSource.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"

namespace beamport::image {

struct LandingOptions {
  std::int64_t frames = 0;                                  // how many slices there will be
  std::optional<std::int64_t> first_number = std::nullopt;  // in the name of frame 0; nothing: the lowest that is there
                                                            // when the first slice is complete
  std::string pattern = "*";                                // only these names are slices (file_pattern.h)
  std::chrono::milliseconds settle{1000};       // how long an unannounced slice must not have changed (size, times)
  std::chrono::milliseconds patience{600'000};  // give up when nothing landed for so long
  bool watch = true;                            // false: only look from time to time
  std::stop_token stop = {};                    // ends every wait with kCancelled
};

class LandingStack : public FrameSource {
 public:
  /// How many slices are complete so far.
  [[nodiscard]] virtual std::int64_t landed() const = 0;

  /// To be called when everything was read: all slices are there and complete, and there are no others. Looks once at
  /// every file; one that has changed unannounced lands anew, and is waited for. kFailedPrecondition (or what is wrong
  /// with the stray file) otherwise. Whether they are what was read, their versions tell.
  [[nodiscard]] virtual Result<void> confirm() const = 0;
};

/// Waits for the directory, which need not exist yet, and returns when a first slice, any, is complete; that one fixes
/// shape, type, voxel size and how the others are named. From then on every error - a slice of another shape, a number
/// that is none of the stack's or is there twice, a damaged file, kUnavailable naming what is missing after `patience`
/// - ends all reading.
[[nodiscard]] Result<std::unique_ptr<LandingStack>> open_landing_stack(const std::filesystem::path& directory,
                                                                       LandingOptions options);

}  // namespace beamport::image
