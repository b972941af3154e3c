// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

namespace beamport::os {

Result<std::optional<FileLock>> FileLock::try_take(const std::filesystem::path& path) {
  constexpr mode_t kMode = 0644;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (descriptor < 0) return system_error(errno, "open", path);
  File file = File::adopt(descriptor, path);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) return system_error(errno, "lock", path);
  }
  return FileLock(std::move(file));
}

}  // namespace beamport::os
