// SPDX-License-Identifier: Apache-2.0
#pragma once

// One TIFF file as a stack: every page is a frame, in the order of the file. Thread-safe.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/image/frame_source.h"

namespace beamport::image {

/// Refuses pages of different shapes or types; names the first that differs. `notes` go in front of what is found out.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_page_stack(const std::filesystem::path& path,
                                                                   const StackOptions& options,
                                                                   std::vector<std::string> notes);

}  // namespace beamport::image
