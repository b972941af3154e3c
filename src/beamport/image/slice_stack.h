// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory with one TIFF file per slice as a stack. All headers are checked when it is opened; pixels are read from
// files that are opened when needed, of which a bounded number stays open. A file that changes shape in between is an
// error, never a wrong slice. Thread-safe.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"

namespace beamport::image {

/// `names` are files of the directory in the order of the frames, at least one; `notes` go in front of what is found
/// out here. Errors name the first slice, in that order, with which something is wrong.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_slice_stack(const std::filesystem::path& directory,
                                                                    std::vector<std::string> names,
                                                                    std::vector<std::string> notes);

}  // namespace beamport::image
