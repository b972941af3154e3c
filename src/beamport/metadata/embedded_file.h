// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file that was put into the program when it was built (cmake/embed_files.cmake).

#include <cstddef>
#include <span>
#include <string_view>

namespace beamport::metadata {

struct EmbeddedFile {
  std::string_view path;
  std::span<const std::byte> bytes;
};

}  // namespace beamport::metadata
