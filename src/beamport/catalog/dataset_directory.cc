// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/dataset_directory.h"

#include <exception>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/os/file.h"

namespace beamport::catalog {

namespace fs = std::filesystem;

Result<std::unique_ptr<DatasetDirectory>> DatasetDirectory::open(const fs::path& root, Options options) {
  std::error_code error;
  const fs::path resolved = fs::canonical(root, error);
  if (error) return os::system_error(error.value(), "open the data folder", root);
  if (!fs::is_directory(resolved, error)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("open the data folder {}: it is no directory", root.string()));
  }
  BEAMPORT_ASSIGN(DatasetList first, scan_datasets(resolved, options.limits, {}));
  return std::unique_ptr<DatasetDirectory>(new DatasetDirectory(resolved, std::move(options), std::move(first)));
}

Result<std::unique_ptr<DatasetDirectory>> DatasetDirectory::open(const fs::path& root) {
  return open(root, Options());
}

DatasetDirectory::DatasetDirectory(fs::path root, Options options, DatasetList first)
    : root_(std::move(root)),
      options_(std::move(options)),
      snapshot_(std::make_shared<const DatasetList>(std::move(first))),
      scanned_at_(options_.clock()) {}

Result<std::shared_ptr<const DatasetList>> DatasetDirectory::datasets(const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    if (is_recent()) return snapshot_;
    scanning_ = true;
  }
  Snapshot fresh = scan(stop);
  const std::lock_guard lock(mutex_);
  scanning_ = false;
  // Whoever gave up waiting learnt nothing about the folder.
  if (!fresh && fresh.error().code == ErrorCode::kCancelled) return fresh;
  scanned_at_ = options_.clock();
  snapshot_ = std::move(fresh);
  return snapshot_;
}

Result<std::shared_ptr<const DatasetList>> DatasetDirectory::scan(const std::stop_token& stop) const {
  try {
    BEAMPORT_ASSIGN(DatasetList list, scan_datasets(root_, options_.limits, stop));
    return std::make_shared<const DatasetList>(std::move(list));
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, fmt::format("list {}: {}", root_.string(), exception.what()));
  }
}

std::optional<DatasetEntry> DatasetDirectory::find_at_once(const DatasetId& id) {
  std::shared_ptr<const DatasetList> list;
  {
    const std::lock_guard lock(mutex_);
    if (is_recent() && snapshot_) list = *snapshot_;
  }
  const DatasetEntry* entry = list ? list->find(id) : nullptr;
  return entry != nullptr ? std::optional(*entry) : std::nullopt;
}

Result<DatasetEntry> DatasetDirectory::find(const DatasetId& id, const std::stop_token& stop) {
  BEAMPORT_ASSIGN(const std::shared_ptr<const DatasetList> list, datasets(stop));
  const DatasetEntry* entry = list->find(id);
  if (entry == nullptr) return fail(ErrorCode::kNotFound, fmt::format("there is no dataset {}", id.text()));
  return *entry;
}

}  // namespace beamport::catalog
