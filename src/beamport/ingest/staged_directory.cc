// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/staged_directory.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beamport/base/log.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Result<void> remove_content(const fs::path& directory) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    fs::remove_all(entry.path(), error);
    if (error) break;
  }
  if (error) return os::system_error(error.value(), "clear", directory);
  return {};
}

/// Swaps two directories in one step, so that at every moment one whole image has the name.
Result<void> exchange(const fs::path& a, const fs::path& b) {
  if (::syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) != 0) {
    return os::system_error(errno, "exchange with", b);
  }
  return os::sync_directory(parent_of(b));
}

/// A descriptor of the directory that holds the lock.
Result<int> open_locked(const fs::path& partial) {
  const int descriptor = ::open(partial.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return os::system_error(errno, "open", partial);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  const int reason = errno;
  ::close(descriptor);
  if (reason != EWOULDBLOCK) return os::system_error(reason, "lock", partial);
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} is being written by another process; wait for it or stop it", partial.string()));
}

bool names(const fs::path& path, int descriptor) {
  struct stat by_name{};
  struct stat by_descriptor{};
  return ::lstat(path.c_str(), &by_name) == 0 && ::fstat(descriptor, &by_descriptor) == 0 &&
         by_name.st_dev == by_descriptor.st_dev && by_name.st_ino == by_descriptor.st_ino;
}

}  // namespace

StagedDirectory::StagedDirectory(fs::path target, fs::path partial, IfExists policy, Unfinished unfinished,
                                 int lock) noexcept
    : target_(std::move(target)), partial_(std::move(partial)), policy_(policy), unfinished_(unfinished), lock_(lock) {}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)),
      partial_(std::move(other.partial_)),
      policy_(other.policy_),
      unfinished_(other.unfinished_),
      lock_(std::exchange(other.lock_, -1)) {}

StagedDirectory::~StagedDirectory() {
  if (lock_ < 0) return;
  std::error_code ignored;  // what stays is cleared by the next run, and is never taken for an image
  if (unfinished_ == Unfinished::kRemove) fs::remove_all(partial_, ignored);
  let_go();
}

Result<StagedDirectory> StagedDirectory::begin(const fs::path& target, IfExists policy, Unfinished unfinished) {
  fs::path partial = target;
  partial += ".partial";
  const auto check_target = [&]() -> Result<void> {
    std::error_code error;
    if (policy == IfExists::kReplace || !fs::exists(fs::symlink_status(target, error))) return {};
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("{} exists already; use --overwrite to replace it", target.string()));
  };
  while (true) {
    BEAMPORT_TRY(check_target());
    std::error_code error;
    const bool is_new = fs::create_directory(partial, error);
    if (error) return os::system_error(error.value(), "create", partial);
    const auto descriptor = open_locked(partial);
    if (!descriptor && descriptor.error().code == ErrorCode::kNotFound) continue;  // another process gave it up
    if (!descriptor) return fail(descriptor.error());
    StagedDirectory staged(target, partial, policy, is_new ? Unfinished::kRemove : unfinished, *descriptor);
    // Between making and locking, another process may have given the directory its name.
    if (!names(partial, *descriptor)) {
      staged.let_go();
      continue;
    }
    BEAMPORT_TRY(check_target());
    staged.unfinished_ = unfinished;
    if (unfinished == Unfinished::kRemove) BEAMPORT_TRY(remove_content(partial));
    return staged;
  }
}

void StagedDirectory::let_go() noexcept {
  ::close(std::exchange(lock_, -1));
}

Result<void> StagedDirectory::publish() {
  std::error_code error;
  const bool replaces = policy_ == IfExists::kReplace && fs::exists(fs::symlink_status(target_, error));
  // The old one is locked while it has the name of the partial directory, so that nobody takes it for one. What is no
  // directory nobody can lock.
  const int old = replaces ? ::open(target_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;
  const os::File closing = os::File::adopt(old, target_);
  if (old >= 0 && ::flock(old, LOCK_EX | LOCK_NB) != 0) return os::system_error(errno, "lock the replaced", target_);
  Result<void> named = replaces ? exchange(partial_, target_) : os::rename_new(partial_, target_);
  // What was removed from it last, too.
  if (named && ::fsync(lock_) != 0) named = os::system_error(errno, "sync", target_);
  if (!named) {
    take_back(replaces);
    return named;
  }
  if (replaces) {
    fs::remove_all(partial_, error);
    if (error) log::warning("{}: what was replaced could not be removed: {}", partial_.string(), error.message());
  }
  let_go();
  return {};
}

/// A name that may not outlast a power cut is none: what has it is unfinished again.
void StagedDirectory::take_back(bool replaces) {
  if (!names(target_, lock_)) return;
  const unsigned int how = replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::syscall(SYS_renameat2, AT_FDCWD, target_.c_str(), AT_FDCWD, partial_.c_str(), how) == 0) return;
  log::error("{}: its name is not durable and could not be taken back: {}", target_.string(),
             std::generic_category().message(errno));
  unfinished_ = Unfinished::kKeep;  // by now the partial directory is the one that was replaced
}

Result<void> StagedDirectory::confirm(const fs::path& target) {
  BEAMPORT_TRY(os::sync_directory(target));
  return os::sync_directory(parent_of(target));
}

}  // namespace beamport::ingest
