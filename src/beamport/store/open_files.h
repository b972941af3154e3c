// SPDX-License-Identifier: Apache-2.0
#pragma once

// A bounded set of files kept open, least recently used first out, so that reading a thousand chunks of one shard opens
// it once. A file that was removed or replaced since is noticed and opened anew. Thread-safe.

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "beamport/os/file.h"
#include "beamport/store/rooted_directory.h"

namespace beamport::store {

class OpenFiles {
 public:
  explicit OpenFiles(std::size_t capacity) : capacity_(capacity) {}

  [[nodiscard]] Result<std::shared_ptr<const os::File>> open(const RootedDirectory& root, std::string_view key);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const os::File> file;
  };
  std::mutex mutex_;
  std::size_t capacity_;
  std::list<Entry> recent_;  // most recently used in front
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace beamport::store
