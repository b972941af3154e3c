// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a source is still what it was, without reading a voxel. `quick` costs three looks at files: all names, and
// inode, size and modification time of the first, the middle and the last slice, so it notices a stack that is written
// anew. `full` looks at every slice (name, size, modification time) and notices a single one; it leaves the inode out,
// so that a stack that was moved to other disks stays itself. Nobody's clock is compared with ours: times only have to
// be equal or not. Both depend on nothing but the disk, so they can be kept and compared after a restart.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/source_view.h"

namespace beamport::ingest {

struct SourceIdentity {
  std::string quick;  // 24 hexadecimal digits
  std::string full;   // the same; empty when not every slice was looked at

  bool operator==(const SourceIdentity&) const = default;
};

inline constexpr std::size_t kMaxNamesInDirectory = 1'000'000;

/// The slices among the names (image/landing_names.h) that fit the pattern; sorted.
[[nodiscard]] std::vector<std::string> slices_among(std::span<const ListedName> names, std::string_view pattern);

/// A source whose names are known.
class NamedSource {
 public:
  NamedSource() = default;
  NamedSource(std::filesystem::path directory, std::span<const std::string> sorted_names);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// Looks at the three; nothing when one of them is gone, so that the names have to be listed again.
  [[nodiscard]] Result<std::string> quick(SourceView& view) const;

 private:
  std::filesystem::path directory_;
  std::uint64_t count_ = 0;
  std::string names_digest_;
  std::vector<std::string> samples_;
};

/// Looks at every slice. kNotFound when one has gone meanwhile.
[[nodiscard]] Result<std::string> full_identity(SourceView& view, const std::filesystem::path& directory,
                                                std::span<const std::string> sorted_names);

/// Of a single file.
[[nodiscard]] SourceIdentity identity_of_file(const os::FileStamp& stamp);

/// Of a directory of slices, or of a single file: both digests, from scratch. For whoever keeps them with an image.
[[nodiscard]] Result<SourceIdentity> identify_source(SourceView& view, const std::filesystem::path& source,
                                                     std::string_view slices_pattern);

}  // namespace beamport::ingest
