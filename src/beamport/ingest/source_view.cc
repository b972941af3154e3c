// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_view.h"

#include <system_error>

#include <fmt/format.h>

#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

// The kind comes with the listing; only file systems that leave it out cost a look at the entry.
ListedName::Kind kind_of(const std::filesystem::directory_entry& entry) {
  std::error_code error;  // an entry that cannot be looked at is of no kind that is of use
  if (entry.is_symlink(error)) return ListedName::Kind::kLink;
  if (entry.is_directory(error)) return ListedName::Kind::kDirectory;
  if (entry.is_regular_file(error)) return ListedName::Kind::kFile;
  return ListedName::Kind::kOther;
}

class DiskView : public SourceView {
 public:
  Result<std::vector<ListedName>> list(const std::filesystem::path& directory, std::size_t max_names) override {
    std::vector<ListedName> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      if (names.size() == max_names) {
        return fail(ErrorCode::kOutOfRange,
                    fmt::format("{}: more than {} names, the limit here", directory.string(), max_names));
      }
      names.push_back({entry->path().filename().string(), kind_of(*entry)});
    }
    if (error) return os::system_error(error.value(), "list", directory);
    return names;
  }

  Result<os::FileStamp> stamp(const std::filesystem::path& path) override { return os::stamp_of(path); }
};

}  // namespace

std::unique_ptr<SourceView> make_disk_view() {
  return std::make_unique<DiskView>();
}

}  // namespace beamport::ingest
