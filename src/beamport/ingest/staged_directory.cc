// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/staged_directory.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

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

}  // namespace

StagedDirectory::StagedDirectory(fs::path target, fs::path partial, IfExists policy, int lock) noexcept
    : target_(std::move(target)), partial_(std::move(partial)), policy_(policy), lock_(lock) {}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)),
      partial_(std::move(other.partial_)),
      policy_(other.policy_),
      lock_(std::exchange(other.lock_, -1)) {}

StagedDirectory::~StagedDirectory() {
  if (lock_ < 0) return;
  std::error_code ignored;  // what stays is cleared by the next run, and is never taken for an image
  fs::remove_all(partial_, ignored);
  ::close(lock_);
}

Result<StagedDirectory> StagedDirectory::begin(const fs::path& target, IfExists policy) {
  std::error_code error;
  if (policy == IfExists::kRefuse && fs::exists(fs::symlink_status(target, error))) {
    return fail(ErrorCode::kAlreadyExists,
                fmt::format("{} exists already; use --overwrite to replace it", target.string()));
  }
  fs::path partial = target;
  partial += ".partial";
  if (!fs::create_directory(partial, error) && error) return os::system_error(error.value(), "create", partial);
  const int descriptor = ::open(partial.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return os::system_error(errno, "open", partial);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(descriptor);
    if (reason != EWOULDBLOCK) return os::system_error(reason, "lock", partial);
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} is being written by another process; wait for it or stop it", target.string()));
  }
  StagedDirectory staged(target, partial, policy, descriptor);
  BEAMPORT_TRY(remove_content(partial));
  return staged;
}

Result<void> StagedDirectory::publish() {
  std::error_code error;
  const bool replaces = policy_ == IfExists::kReplace && fs::exists(fs::symlink_status(target_, error));
  if (replaces) {
    BEAMPORT_TRY(exchange(partial_, target_));
    fs::remove_all(partial_, error);
    if (error) return os::system_error(error.value(), "remove the replaced", partial_);
  } else {
    BEAMPORT_TRY(os::rename_new(partial_, target_));
  }
  ::close(std::exchange(lock_, -1));
  return {};
}

}  // namespace beamport::ingest
