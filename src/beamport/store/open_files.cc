// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/open_files.h"

#include <utility>

#include <sys/stat.h>

namespace beamport::store {
namespace {

bool still_named(const os::File& file) {
  struct stat status{};
  return ::fstat(file.descriptor(), &status) == 0 && status.st_nlink > 0;
}

}  // namespace

Result<std::shared_ptr<const os::File>> OpenFiles::open(const RootedDirectory& root, std::string_view key) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      if (still_named(*found->second->file)) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->file;
      }
      const auto stale = found->second;
      by_key_.erase(found);
      recent_.erase(stale);
    }
  }
  // Opened without the lock; when two threads meet here, both files are good and one is kept.
  BEAMPORT_ASSIGN(os::File opened, root.open_file(key));
  auto file = std::make_shared<const os::File>(std::move(opened));
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return file;
  recent_.push_front({std::string(key), file});
  by_key_.emplace(recent_.front().key, recent_.begin());
  if (recent_.size() > capacity_) {
    by_key_.erase(recent_.back().key);
    recent_.pop_back();
  }
  return file;
}

}  // namespace beamport::store
