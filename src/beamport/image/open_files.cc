// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/open_files.h"

#include <algorithm>

namespace beamport::image {

std::shared_ptr<const TiffReader> OpenFiles::find(std::size_t index) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(recent_, index, &Entry::first);
  if (found == recent_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found);
  return found->second;
}

Result<std::shared_ptr<const TiffReader>> OpenFiles::get(std::size_t index, const std::filesystem::path& path) {
  if (auto file = find(index)) return file;
  // Opened outside the lock; if two threads do so at once, one copy is closed again soon.
  BEAMPORT_ASSIGN(TiffReader opened, TiffReader::open(path, {}, workers_));
  auto file = std::make_shared<const TiffReader>(std::move(opened));
  const std::scoped_lock lock(mutex_);
  recent_.emplace_front(index, file);
  if (recent_.size() > capacity_) recent_.pop_back();
  return file;
}

}  // namespace beamport::image
