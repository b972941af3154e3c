// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the watching of roots sees a file system: names in a directory and stamps of files. One face, so that a network
// file system with all its moods can be played in tests. What an implementation is used for is one thread at a time.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/os/file_stamp.h"

namespace beamport::ingest {

struct ListedName {
  enum class Kind { kFile, kDirectory, kLink, kOther };
  std::string name;
  Kind kind = Kind::kFile;

  bool operator==(const ListedName&) const = default;
};

class SourceView {
 public:
  SourceView() = default;
  SourceView(const SourceView&) = delete;
  SourceView& operator=(const SourceView&) = delete;
  virtual ~SourceView() = default;

  /// All names, in any order, without looking at what they name. kOutOfRange beyond the limit.
  [[nodiscard]] virtual Result<std::vector<ListedName>> list(const std::filesystem::path& directory,
                                                             std::size_t max_names) = 0;
  /// Follows symbolic links.
  [[nodiscard]] virtual Result<os::FileStamp> stamp(const std::filesystem::path& path) = 0;
};

/// The file system itself.
[[nodiscard]] std::unique_ptr<SourceView> make_disk_view();

}  // namespace beamport::ingest
