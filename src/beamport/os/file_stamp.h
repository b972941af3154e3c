// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a file system says about a file without opening it: enough to notice that somebody wrote to it, or put another
// one in its place. Times tick coarsely (4 ms on Linux, up to 2 s on old file systems): a change within the tick that
// keeps the size stays unseen.

#include <cstdint>
#include <filesystem>

#include "beamport/base/result.h"
#include "beamport/os/file.h"

namespace beamport::os {

struct FileStamp {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // mtime; writers may set it at will
  std::int64_t changed_ns = 0;   // ctime; the kernel's own
  bool is_regular = false;
  bool is_directory = false;

  bool operator==(const FileStamp&) const = default;
};

/// The same file with the same size and modification time.
[[nodiscard]] bool same_content(const FileStamp& a, const FileStamp& b) noexcept;

/// The part of a stamp that an open file tells, too.
[[nodiscard]] FileVersion version_of(const FileStamp& stamp) noexcept;

/// Follows symbolic links.
[[nodiscard]] Result<FileStamp> stamp_of(const std::filesystem::path& path);

/// Whether the path is a second name of a file: a symbolic link, or one of several hard links. False when it is gone.
[[nodiscard]] bool is_link(const std::filesystem::path& path) noexcept;

}  // namespace beamport::os
