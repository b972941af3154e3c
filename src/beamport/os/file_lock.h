// SPDX-License-Identifier: Apache-2.0
#pragma once

// A lock that one process at a time holds, on a file that is there for nothing else and stays. The kernel drops it when
// the process ends, however it ends. Needs a file system whose locks all processes see.

#include <filesystem>
#include <optional>

#include "beamport/base/result.h"
#include "beamport/os/file.h"

namespace beamport::os {

class FileLock {
 public:
  /// Creates the file when it is not there, in a folder that is. Nothing while somebody else holds the lock, be it in
  /// this process.
  [[nodiscard]] static Result<std::optional<FileLock>> try_take(const std::filesystem::path& path);

 private:
  explicit FileLock(File file) noexcept : file_(std::move(file)) {}
  File file_;
};

}  // namespace beamport::os
