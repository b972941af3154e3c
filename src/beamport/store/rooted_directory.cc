// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/rooted_directory.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace beamport::store {
namespace {

// O_NONBLOCK: a named pipe must not hang the reader; it has no effect on regular files.
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

int open_by_kernel(int directory, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long descriptor = -1;
  // EAGAIN: a rename elsewhere in the tree disturbed the check; the kernel asks to try again.
  for (int attempt = 0; attempt < 32; ++attempt) {
    descriptor = ::syscall(SYS_openat2, directory, relative.c_str(), &how, sizeof(how));
    if (descriptor >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  return static_cast<int>(descriptor);
}

int open_by_walking(int directory, std::string_view relative, int flags) {
  int current = directory;
  while (true) {
    const std::size_t slash = relative.find('/');
    const bool last = slash == std::string_view::npos;
    const std::string segment(relative.substr(0, slash));
    if (segment == "..") errno = EXDEV;
    const int step = last ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int next = segment == ".." ? -1 : ::openat(current, segment.c_str(), step);
    const int error_number = errno;
    if (current != directory) ::close(current);
    errno = error_number;
    if (last || next < 0) return next;
    current = next;
    relative.remove_prefix(slash + 1);
  }
}

bool kernel_lacks_openat2(int error_number) {
  return error_number == ENOSYS || error_number == EPERM || error_number == E2BIG;
}

std::optional<RootedDirectory::Kind> kind_of(const os::File& file) {
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) return std::nullopt;
  if (S_ISREG(status.st_mode)) return RootedDirectory::Kind::kFile;
  if (S_ISDIR(status.st_mode)) return RootedDirectory::Kind::kDirectory;
  return std::nullopt;
}

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

}  // namespace

Result<RootedDirectory> RootedDirectory::open(const std::filesystem::path& path, Resolver resolver) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return os::system_error(errno, "open", path);
  return RootedDirectory(os::File::adopt(descriptor, path), resolver);
}

Result<os::File> RootedDirectory::open_below(std::string_view relative, int flags) const {
  const std::string name(relative.empty() ? "." : relative);
  const std::filesystem::path shown = relative.empty() ? path() : path() / name;
  int descriptor = -1;
  if (resolver_ == Resolver::kKernel) descriptor = open_by_kernel(handle_.descriptor(), name, flags);
  if (resolver_ == Resolver::kWalking || (descriptor < 0 && kernel_lacks_openat2(errno))) {
    descriptor = open_by_walking(handle_.descriptor(), name, flags);
  }
  if (descriptor >= 0) return os::File::adopt(descriptor, shown);
  if (errno == EXDEV || errno == ELOOP) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("open {}: a symbolic link leads outside {}", shown.string(), path().string()));
  }
  return os::system_error(errno, "open", shown);
}

Result<os::File> RootedDirectory::open_file(std::string_view relative) const {
  BEAMPORT_ASSIGN(os::File file, open_below(relative, kReadFlags));
  if (kind_of(file) != Kind::kFile) {
    return fail(ErrorCode::kNotFound, fmt::format("open {}: not a regular file", file.path().string()));
  }
  return file;
}

Result<RootedDirectory> RootedDirectory::open_directory(std::string_view relative) const {
  BEAMPORT_ASSIGN(os::File handle, open_below(relative, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return RootedDirectory(std::move(handle), resolver_);
}

Result<RootedDirectory> RootedDirectory::make_directory(std::string_view relative, bool durable) const {
  BEAMPORT_ASSIGN(RootedDirectory current, open_directory(""));
  while (!relative.empty()) {
    const std::size_t end = std::min(relative.find('/'), relative.size());
    const std::string segment(relative.substr(0, end));
    if (::mkdirat(current.handle_.descriptor(), segment.c_str(), 0777) == 0) {
      if (durable) BEAMPORT_TRY(current.sync());
    } else if (errno != EEXIST) {
      return os::system_error(errno, "make the directory", current.path() / segment);
    }
    BEAMPORT_ASSIGN(current, current.open_directory(segment));
    relative.remove_prefix(std::min(end + 1, relative.size()));
  }
  return current;
}

Result<std::vector<RootedDirectory::Child>> RootedDirectory::children() const {
  // A descriptor of its own: the reading position belongs to the open directory, and others may read it too.
  BEAMPORT_ASSIGN(const RootedDirectory own, open_directory(""));
  const int descriptor = ::fcntl(own.handle_.descriptor(), F_DUPFD_CLOEXEC, 0);
  if (descriptor < 0) return os::system_error(errno, "list", path());
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(descriptor));
  if (!stream) {
    const int error_number = errno;
    ::close(descriptor);
    return os::system_error(error_number, "list", path());
  }
  std::vector<Child> found;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string name(entry->d_name);
    if (name == "." || name == "..") continue;
    if (entry->d_type == DT_REG || entry->d_type == DT_DIR) {
      found.push_back({name, entry->d_type == DT_DIR ? Kind::kDirectory : Kind::kFile});
    } else if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) {
      const Result<os::File> target = open_below(name, O_PATH | O_CLOEXEC);
      const std::optional<Kind> kind = target ? kind_of(*target) : std::nullopt;
      if (kind) found.push_back({name, *kind});
    }
  }
  if (errno != 0) return os::system_error(errno, "list", path());
  std::sort(found.begin(), found.end(), [](const Child& a, const Child& b) { return a.name < b.name; });
  return found;
}

Result<os::File> RootedDirectory::create_file(const std::string& name) const {
  const int descriptor = ::openat(handle_.descriptor(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return os::system_error(errno, "create", path() / name);
  return os::File::adopt(descriptor, path() / name);
}

bool RootedDirectory::names(const std::string& name, const os::File& file) const {
  struct stat named{};
  struct stat held{};
  return ::fstatat(handle_.descriptor(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(file.descriptor(), &held) == 0 && named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

Result<void> RootedDirectory::rename(const std::string& from, const std::string& to) const {
  if (::renameat(handle_.descriptor(), from.c_str(), handle_.descriptor(), to.c_str()) != 0) {
    return os::system_error(errno, "rename to", path() / to);
  }
  return {};
}

void RootedDirectory::remove_if_there(const std::string& name) const noexcept {
  static_cast<void>(::unlinkat(handle_.descriptor(), name.c_str(), 0));
}

Result<void> RootedDirectory::sync() const {
  if (::fsync(handle_.descriptor()) != 0) return os::system_error(errno, "sync", path());
  return {};
}

}  // namespace beamport::store
