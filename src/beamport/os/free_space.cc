// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/free_space.h"

#include <cerrno>
#include <limits>

#include <sys/statvfs.h>

#include "beamport/base/checked_math.h"
#include "beamport/os/file.h"

namespace beamport::os {

Result<FreeSpace> free_space_of(const std::filesystem::path& path) {
  struct statvfs answer{};
  int failed = 0;
  do {
    failed = ::statvfs(path.c_str(), &answer);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0) return system_error(errno, "ask for the free space of", path);
  // A file system that claims more than 2^64 bytes (some of the network do) has enough.
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t block = answer.f_frsize;
  return FreeSpace{.available_bytes = checked_multiply<std::uint64_t>(answer.f_bavail, block).value_or(kMost),
                   .total_bytes = checked_multiply<std::uint64_t>(answer.f_blocks, block).value_or(kMost)};
}

}  // namespace beamport::os
