// SPDX-License-Identifier: Apache-2.0
#pragma once

// Enters into the catalog what lies in the data folder: a dataset that nobody has entered is seen by nobody. The
// folders that an image lies in become its folders in the catalog. Scans on their way in are entered when they are
// noticed, so that their people see them grow. Works in a thread of its own, which ends with the object.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "beamport/api/dataset_shelf.h"
#include "beamport/catalog/catalog.h"

namespace beamport::api {

class DatasetRegister {
 public:
  /// Both outlive it. The beamline is the one that all datasets belong to.
  DatasetRegister(catalog::Catalog& catalog, DatasetShelf& shelf, std::string beamline);
  ~DatasetRegister() = default;
  DatasetRegister(const DatasetRegister&) = delete;
  DatasetRegister& operator=(const DatasetRegister&) = delete;

  /// A dataset that is being made: its path below the data folder.
  void note(const std::string& dataset_path);

  /// Enters what is new now; for tests and for the first look.
  [[nodiscard]] Result<void> look(const std::stop_token& stop = {});

 private:
  void work(const std::stop_token& stop);

  catalog::Catalog& catalog_;
  DatasetShelf& shelf_;
  const std::string beamline_;

  std::mutex look_mutex_;                               // guards the two after it
  std::unordered_set<std::string> entered_;             // ids
  std::shared_ptr<const catalog::DatasetList> looked_;  // last

  std::mutex mutex_;  // guards the one after it; taken last
  std::vector<std::string> noted_;
  std::condition_variable_any woken_;
  std::jthread thread_;
};

/// Where an image belongs whose path below the data folder that is.
[[nodiscard]] catalog::DatasetPlace place_of(const std::string& dataset_path, const std::string& beamline);

}  // namespace beamport::api
