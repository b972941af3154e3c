// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file_stamp.h"

#include <cerrno>
#include <ctime>

#include <sys/stat.h>

#include "beamport/os/file.h"

namespace beamport::os {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

bool same_content(const FileStamp& a, const FileStamp& b) noexcept {
  return a.inode == b.inode && a.size == b.size && a.modified_ns == b.modified_ns;
}

FileVersion version_of(const FileStamp& stamp) noexcept {
  return {.size = stamp.size, .modified_ns = stamp.modified_ns};
}

Result<FileStamp> stamp_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_error(errno, "look at", path);
  return FileStamp{.inode = status.st_ino,
                   .size = static_cast<std::uint64_t>(status.st_size),
                   .modified_ns = nanoseconds(status.st_mtim),
                   .changed_ns = nanoseconds(status.st_ctim),
                   .is_regular = S_ISREG(status.st_mode),
                   .is_directory = S_ISDIR(status.st_mode)};
}

bool is_link(const std::filesystem::path& path) noexcept {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && (S_ISLNK(status.st_mode) || status.st_nlink > 1);
}

}  // namespace beamport::os
