// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/shared_memory.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "beamport/os/file.h"

namespace beamport::os {

Result<SharedMemory> SharedMemory::create(const char* name, std::size_t bytes) {
  const int descriptor = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return system_error(errno, "make shared memory", name);
  const File owned = File::adopt(descriptor, name);
  if (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) return system_error(errno, "size shared memory", name);
  if (::fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error(errno, "seal shared memory", name);
  }
  const int kept = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (kept < 0) return system_error(errno, "keep shared memory", name);
  return map(kept, bytes);
}

Result<SharedMemory> SharedMemory::map(int descriptor, std::size_t bytes) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (at == MAP_FAILED) {
    const int error_number = errno;
    ::close(descriptor);
    return system_error(error_number, "map", "shared memory");
  }
  return SharedMemory(descriptor, {static_cast<std::byte*>(at), bytes});
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), bytes_(std::exchange(other.bytes_, {})) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace beamport::os
