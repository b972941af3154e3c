// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/resident_key.h"

#include <cstdint>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace beamport::api {
namespace {

int open_cached(int directory, const char* name, int flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = resolve | RESOLVE_CACHED | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, directory, name, &how, sizeof(how)));
}

}  // namespace

std::optional<net::FileBody> open_resident_key(const std::filesystem::path& image, const std::string& key) {
  const int root = open_cached(AT_FDCWD, image.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (root < 0) return std::nullopt;
  // O_NONBLOCK: a named pipe must not hang the thread; it has no effect on regular files.
  const int file = open_cached(root, key.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, RESOLVE_BENEATH);
  ::close(root);
  if (file < 0) return std::nullopt;
  auto body = net::FileBody::adopt(file, key);
  return body ? std::optional(std::move(*body)) : std::nullopt;
}

}  // namespace beamport::api
