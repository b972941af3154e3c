// SPDX-License-Identifier: Apache-2.0
#pragma once

// The datasets of a folder as an always ready list. The list is an immutable snapshot; it is made anew when somebody
// asks and the last one is older than a second, by the asking thread, while others keep getting the one before.
// Thread-safe.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "beamport/base/ids.h"
#include "beamport/base/result.h"
#include "beamport/catalog/dataset_scan.h"

namespace beamport::catalog {

class DatasetDirectory {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  struct Options {
    ScanLimits limits;
    std::chrono::milliseconds refresh_interval{1000};
    Clock clock = std::chrono::steady_clock::now;
  };

  /// Fails when the root is no readable directory.
  [[nodiscard]] static Result<std::unique_ptr<DatasetDirectory>> open(const std::filesystem::path& root,
                                                                      Options options);
  [[nodiscard]] static Result<std::unique_ptr<DatasetDirectory>> open(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }

  /// Fails while the root cannot be listed (a file system that is away): an old list would pretend that it can.
  [[nodiscard]] Result<std::shared_ptr<const DatasetList>> datasets(const std::stop_token& stop = {});

  /// The dataset if the list at hand is recent and has it; never looks at the disk.
  [[nodiscard]] std::optional<DatasetEntry> find_at_once(const DatasetId& id);

  /// kNotFound when there is no such dataset.
  [[nodiscard]] Result<DatasetEntry> find(const DatasetId& id, const std::stop_token& stop = {});

 private:
  using Snapshot = Result<std::shared_ptr<const DatasetList>>;

  DatasetDirectory(std::filesystem::path root, Options options, DatasetList first);
  [[nodiscard]] bool is_recent() const {
    return scanning_ || options_.clock() - scanned_at_ < options_.refresh_interval;
  }
  [[nodiscard]] Snapshot scan(const std::stop_token& stop) const;

  const std::filesystem::path root_;
  const Options options_;
  std::mutex mutex_;
  Snapshot snapshot_;
  std::chrono::steady_clock::time_point scanned_at_;
  bool scanning_ = false;
};

}  // namespace beamport::catalog
