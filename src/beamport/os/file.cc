// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "beamport/base/check.h"

namespace beamport::os {
namespace {

// The kernel moves at most about 2 GiB a call.
constexpr std::size_t kMaxTransfer = std::size_t{1} << 30;

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorCode::kNoSpace;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::kResourceExhausted;
    case EINVAL:
    case ENAMETOOLONG:
    case EISDIR:
    case ELOOP:
      return ErrorCode::kInvalidArgument;
    case ESTALE:
    case ETIMEDOUT:
    case EAGAIN:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kIo;
  }
}

int open_retrying(const std::filesystem::path& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

Failure system_error(int error_number, std::string_view action, const std::filesystem::path& path) {
  return fail(code_of(error_number),
              fmt::format("{} {}: {}", action, path.string(), std::generic_category().message(error_number)));
}

File::File(int descriptor, std::filesystem::path path) noexcept : descriptor_(descriptor), path_(std::move(path)) {}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<File> File::open_read(const std::filesystem::path& path) {
  // O_NONBLOCK: a named pipe in a landing folder must not hang the reader; it has no effect on regular files.
  const int descriptor = open_retrying(path, O_RDONLY | O_NONBLOCK);
  if (descriptor < 0) return system_error(errno, "open", path);
  File file(descriptor, path);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return system_error(errno, "stat", path);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("open {}: not a regular file", path.string()));
  }
  return file;
}

Result<File> File::create(const std::filesystem::path& path, Create mode) {
  const int flags = O_RDWR | O_CREAT | (mode == Create::kNew ? O_EXCL : O_TRUNC);
  const int descriptor = open_retrying(path, flags);
  if (descriptor < 0) return system_error(errno, "create", path);
  return File(descriptor, path);
}

Result<std::uint64_t> File::size() const {
  BEAMPORT_ASSIGN(const FileVersion seen, version());
  return seen.size;
}

Result<FileVersion> File::version() const {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) return system_error(errno, "stat", path_);
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return FileVersion{static_cast<std::uint64_t>(status.st_size),
                     std::int64_t{status.st_mtim.tv_sec} * kNanoseconds + status.st_mtim.tv_nsec};
}

Result<std::size_t> File::read_some(std::uint64_t offset, MutableByteView to) const {
  std::size_t done = 0;
  while (done < to.size()) {
    const std::size_t wanted = std::min(to.size() - done, kMaxTransfer);
    const ssize_t got = ::pread(descriptor_, to.data() + done, wanted, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, "read", path_);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<void> File::read_exactly(std::uint64_t offset, MutableByteView to) const {
  BEAMPORT_ASSIGN(const std::size_t got, read_some(offset, to));
  if (got == to.size()) return {};
  return fail(ErrorCode::kCorrupt, fmt::format("{}: the file ends after byte {}, expected {} bytes from byte {}",
                                               path_.string(), offset + got, to.size(), offset));
}

Result<void> File::write_all(std::uint64_t offset, ByteView from) {
  std::size_t done = 0;
  while (done < from.size()) {
    const std::size_t wanted = std::min(from.size() - done, kMaxTransfer);
    const ssize_t put = ::pwrite(descriptor_, from.data() + done, wanted, static_cast<off_t>(offset + done));
    if (put < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, "write", path_);
    }
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Result<void> File::write_gathered(std::uint64_t offset, std::span<const ByteView> pieces) {
  constexpr std::size_t kMaxPieces = 256;  // well below the system's limit
  std::array<iovec, kMaxPieces> vectors;
  while (!pieces.empty()) {
    const std::span<const ByteView> now = pieces.first(std::min(pieces.size(), kMaxPieces));
    pieces = pieces.subspan(now.size());
    std::size_t total = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      vectors[i] = {const_cast<std::byte*>(now[i].data()), now[i].size()};
      total += now[i].size();
    }
    ssize_t put = 0;
    do {
      put = ::pwritev(descriptor_, vectors.data(), static_cast<int>(now.size()), static_cast<off_t>(offset));
    } while (put < 0 && errno == EINTR);
    if (put < 0) return system_error(errno, "write", path_);
    // What a short write left over goes piece by piece, and shows the reason.
    std::size_t done = static_cast<std::size_t>(put);
    std::uint64_t at = offset;
    for (const ByteView piece : now) {
      const std::size_t written = std::min(done, piece.size());
      done -= written;
      if (written < piece.size()) BEAMPORT_TRY(write_all(at + written, piece.subspan(written)));
      at += piece.size();
    }
    offset += total;
  }
  return {};
}

Result<void> File::reserve(std::uint64_t bytes, std::uint64_t offset) {
  int status = 0;
  do {
    status = ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(bytes));
  } while (status != 0 && errno == EINTR);
  if (status == 0 || errno == EOPNOTSUPP || errno == ENOSYS) return {};
  return system_error(errno, "reserve space for", path_);
}

Result<void> File::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return system_error(errno, "truncate", path_);
  return {};
}

Result<void> File::sync() {
  if (::fsync(descriptor_) != 0) return system_error(errno, "sync", path_);
  return {};
}

void File::forget_cached(std::uint64_t offset, std::uint64_t length) const noexcept {
  // Advice only: a refusal changes nothing but speed.
  static_cast<void>(
      ::posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_DONTNEED));
}

Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  BEAMPORT_ASSIGN(const File file, File::open_read(path));
  BEAMPORT_ASSIGN(const std::uint64_t size, file.size());
  if (size > max_bytes) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: {} bytes; at most {} are expected here", path.string(), size, max_bytes));
  }
  Bytes content(size);
  BEAMPORT_TRY(file.read_exactly(0, content));
  return content;
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const int descriptor = open_retrying(directory, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return system_error(errno, "open", directory);
  const int status = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  if (status != 0) return system_error(error_number, "sync", directory);
  return {};
}

Result<void> replace_file(const std::filesystem::path& path, ByteView content) {
  std::filesystem::path temporary = path;
  temporary += ".new";
  {
    BEAMPORT_ASSIGN(File file, File::create(temporary, File::Create::kTruncate));
    BEAMPORT_TRY(file.write_all(0, content));
    BEAMPORT_TRY(file.sync());
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error(errno, "rename to", path);
  return sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<void> rename_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
    return system_error(errno, "rename to", to);
  }
  return sync_directory(to.has_parent_path() ? to.parent_path() : std::filesystem::path("."));
}

}  // namespace beamport::os
