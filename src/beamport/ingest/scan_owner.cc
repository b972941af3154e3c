// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_owner.h"

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/base/ids.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

/// Whether this process holds the lock now.
Result<bool> try_lock(const os::File& file) {
  while (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return os::system_error(errno, "lock", file.path());
  }
  return true;
}

/// False when somebody swept the file away between its creation and its locking.
bool still_has_its_name(const os::File& file) {
  struct stat status{};
  return ::fstat(file.descriptor(), &status) == 0 && status.st_nlink > 0;
}

}  // namespace

ScanOwner::ScanOwner(ScanOwner&& other) noexcept : id_(std::exchange(other.id_, {})), lock_(std::move(other.lock_)) {}

ScanOwner::~ScanOwner() {
  // Only the name goes here and the lock with the descriptor; scans that are still in its hands find it gone either
  // way.
  if (!id_.empty()) ::unlink(lock_.path().c_str());
}

Result<ScanOwner> ScanOwner::create(const fs::path& folder, const NewId& new_id) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return os::system_error(error.value(), "create", folder);
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    BEAMPORT_ASSIGN(std::string id, new_id());
    BEAMPORT_ASSIGN(os::File file, os::File::create(folder / id, os::File::Create::kNew));
    BEAMPORT_ASSIGN(const bool locked, try_lock(file));
    if (locked && still_has_its_name(file)) return ScanOwner(std::move(id), std::move(file));
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("{}: something removes new files as they are made", folder.string()));
}

Result<void> if_gone(const fs::path& folder, const std::string& owner, const std::function<Result<void>()>& then) {
  const fs::path path = folder / owner;
  const auto file = os::File::open_read(path);
  if (!file) {
    if (file.error().code != ErrorCode::kNotFound) return fail(file.error());
    return then();
  }
  BEAMPORT_ASSIGN(const bool is_gone, try_lock(*file));
  if (!is_gone) return {};
  BEAMPORT_TRY(then());
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return os::system_error(errno, "remove", path);
  return {};
}

Result<void> sweep_owners(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (is_id_text(name)) BEAMPORT_TRY(if_gone(folder, name, [] { return Result<void>(); }));
  }
  if (error) return os::system_error(error.value(), "list", folder);
  return {};
}

}  // namespace beamport::ingest
