// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/direct_io.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "beamport/base/check.h"

namespace beamport::os {
namespace {

constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;

enum class Support : std::uint8_t { kYes, kNo, kNotSaid };

// Since Linux 6.1 a file system can say which alignment a file needs.
Support support_of(const File& file) {
#ifdef STATX_DIOALIGN
  struct statx status{};
  if (::statx(file.descriptor(), "", AT_EMPTY_PATH, STATX_DIOALIGN, &status) == 0 &&
      (status.stx_mask & STATX_DIOALIGN) != 0) {
    const auto fits = [](std::uint32_t alignment) { return alignment != 0 && kDirectBlock % alignment == 0; };
    return fits(status.stx_dio_offset_align) && fits(status.stx_dio_mem_align) ? Support::kYes : Support::kNo;
  }
#endif
  return Support::kNotSaid;
}

// Disks of this machine. Memory has nothing to gain, and what the servers of a network file system make of unbuffered
// requests is not known here.
bool on_local_disk(const File& file) {
  constexpr std::uint32_t kXfs = 0x58465342;
  constexpr std::array<std::uint32_t, 5> kDisks = {EXT4_SUPER_MAGIC, kXfs, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
                                                   OVERLAYFS_SUPER_MAGIC};
  struct statfs status{};
  if (::fstatfs(file.descriptor(), &status) != 0) return false;
  return std::find(kDisks.begin(), kDisks.end(), static_cast<std::uint32_t>(status.f_type)) != kDisks.end();
}

Failure refused(const File& file, std::string_view reason) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("{}: the file system does not take direct I/O ({}); use --io auto or --io buffered",
                          file.path().string(), reason));
}

}  // namespace

Result<std::optional<File>> open_direct(const File& file, IoMode mode) {
  if (mode == IoMode::kBuffered) return std::nullopt;
  const bool forced = mode == IoMode::kDirect;
  const Support support = support_of(file);
  if (support == Support::kNo) {
    if (forced) return refused(file, fmt::format("not in blocks of {} bytes", kDirectBlock));
    return std::nullopt;
  }
  if (!forced && support == Support::kNotSaid && !on_local_disk(file)) return std::nullopt;
  const int flags = ::fcntl(file.descriptor(), F_GETFL);
  if (flags < 0) return system_error(errno, "look at", file.path());
  // By way of the descriptor: the path may lead to another file by now.
  const std::string self = fmt::format("/proc/self/fd/{}", file.descriptor());
  const int descriptor = ::open(self.c_str(), (flags & O_ACCMODE) | O_DIRECT | O_NONBLOCK | O_CLOEXEC);
  if (descriptor >= 0) return File::adopt(descriptor, file.path());
  if (!forced) return std::nullopt;
  if (errno == EINVAL) return refused(file, "opening with O_DIRECT failed");
  return system_error(errno, "open for direct I/O", file.path());
}

Result<std::size_t> read_blocks(const File& direct, std::uint64_t offset, MutableByteView to) {
  BEAMPORT_CHECK(offset % kDirectBlock == 0 && to.size() % kDirectBlock == 0);
  std::size_t done = 0;
  while (done < to.size()) {
    const std::size_t wanted = std::min(to.size() - done, kMaxTransfer);
    const ssize_t got = ::pread(direct.descriptor(), to.data() + done, wanted, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, "read", direct.path());
    }
    done += static_cast<std::size_t>(got);
    // Only the end of the file cuts a block; asking on from there would not be aligned any more.
    if (got == 0 || static_cast<std::size_t>(got) % kDirectBlock != 0) break;
  }
  return done;
}

}  // namespace beamport::os
