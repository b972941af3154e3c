// SPDX-License-Identifier: Apache-2.0
#pragma once

// The TIFF files of a stack that were read last, kept open: a bounded number of descriptors whatever the size of the
// stack. Thread-safe; a file that falls out stays open for those who still read from it.

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "beamport/base/result.h"
#include "beamport/image/decode_workers.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {

class OpenFiles {
 public:
  explicit OpenFiles(std::size_t capacity) : capacity_(capacity) {}

  /// The file under this index; opens it from the path when it is not at hand.
  [[nodiscard]] Result<std::shared_ptr<const TiffReader>> get(std::size_t index, const std::filesystem::path& path);

 private:
  using Entry = std::pair<std::size_t, std::shared_ptr<const TiffReader>>;

  std::shared_ptr<const TiffReader> find(std::size_t index);

  const std::size_t capacity_;
  // One for all files of the stack.
  const std::shared_ptr<DecodeWorkers> workers_ = std::make_shared<DecodeWorkers>();
  std::mutex mutex_;
  std::list<Entry> recent_;  // the last used in front
};

}  // namespace beamport::image
