// SPDX-License-Identifier: Apache-2.0
#pragma once

// Images that are just being made, so that a viewer can look at them before they are published: coarsely, as far as
// they have grown. Fed with every change of a scan (ingest_desk.h). Thread-safe.

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "beamport/base/ids.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/ingest_desk.h"

namespace beamport::api {

class GrowingImages {
 public:
  explicit GrowingImages(std::filesystem::path root) : root_(std::move(root)) {}

  void note(const ingest::ScanView& scan);

  /// Where the image is being made.
  [[nodiscard]] std::optional<catalog::DatasetEntry> find(const DatasetId& id) const;

 private:
  const std::filesystem::path root_;
  mutable std::mutex mutex_;
  std::map<DatasetId, catalog::DatasetEntry> entries_;
};

}  // namespace beamport::api
