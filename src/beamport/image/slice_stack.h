// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory with one TIFF file per slice as a stack. All headers are checked when it is opened, and where the pixels
// lie is kept (32 bytes a slice): a slice that is stored as it is costs one open and one read later. Files in other
// layouts are parsed again when needed, and a bounded number of them stays open. A file that is written to in between
// is an error, never a wrong slice. Thread-safe.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"

namespace beamport::image {

/// `names` are files of the directory in the order of the frames, at least one; `notes` go in front of what is found
/// out here. Errors name the first slice, in that order, with which something is wrong; kCancelled when asked to stop.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_slice_stack(const std::filesystem::path& directory,
                                                                    std::vector<std::string> names,
                                                                    const StackOptions& options,
                                                                    std::vector<std::string> notes);

}  // namespace beamport::image
