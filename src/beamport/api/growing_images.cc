// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/growing_images.h"

#include "beamport/catalog/display_name.h"

namespace beamport::api {

void GrowingImages::note(const ingest::ScanView& scan) {
  const DatasetId id = catalog::dataset_id_of(scan.dataset_path);
  const bool grows = scan.state == ingest::ScanState::kConverting || scan.state == ingest::ScanState::kVerifying;
  const std::lock_guard lock(mutex_);
  if (!grows) {
    entries_.erase(id);
    return;
  }
  std::filesystem::path partial = root_ / scan.dataset_path;
  partial += ".partial";
  entries_.insert_or_assign(id, catalog::DatasetEntry{id, catalog::display_name_of(scan.dataset_path),
                                                      scan.dataset_path, std::move(partial)});
}

std::optional<catalog::DatasetEntry> GrowingImages::find(const DatasetId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  return found != entries_.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace beamport::api
