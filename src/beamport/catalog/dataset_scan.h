// SPDX-License-Identifier: Apache-2.0
#pragma once

// Finds the images below a folder by name alone: directories called *.zarr. Nothing inside an image is read or listed.
// Left out: hidden entries, everything below *.partial (being written), folders deeper than the limit. A symbolic link
// counts only when it is itself called *.zarr and leads to a directory inside the root; other links are not followed,
// so the walk never leaves the root and never runs in circles.

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/ids.h"
#include "beamport/base/result.h"

namespace beamport::catalog {

struct DatasetEntry {
  DatasetId id;               // first 24 digits of the SHA-256 of relative_path: the same at every start
  std::string name;           // for people: relative_path without its ending, valid UTF-8
  std::string relative_path;  // below the root, '/' between its parts
  std::filesystem::path path;
};

struct ScanLimits {
  int max_depth = 8;  // folders between the root and an image
  std::size_t max_entries = 100'000;
  std::size_t max_visited = 1'000'000;  // directory entries looked at
};

struct DatasetList {
  std::vector<DatasetEntry> entries;  // sorted by relative_path
  std::vector<std::string> problems;  // folders that could not be read, limits that were reached; at most 100

  /// Null when there is no such dataset.
  [[nodiscard]] const DatasetEntry* find(const DatasetId& id) const noexcept;

  std::vector<std::size_t> by_id;  // positions in entries, sorted by id
};

[[nodiscard]] DatasetId dataset_id_of(std::string_view relative_path);

/// `root` is an existing directory without symbolic links in its path. A root that is itself called *.zarr is the one
/// dataset. Fails only when the root itself cannot be listed, or with kCancelled.
[[nodiscard]] Result<DatasetList> scan_datasets(const std::filesystem::path& root, const ScanLimits& limits,
                                                const std::stop_token& stop);

}  // namespace beamport::catalog
