// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which images below a root were found damaged: one small document an image, in "<root>/.beamport/damage", written by
// the scrub and shown with the dataset until it is sound or has been replaced. Each change is durable when it returns.
// Thread-safe: there is no state but the files.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "beamport/base/describe.h"
#include "beamport/base/ids.h"
#include "beamport/base/result.h"

namespace beamport::catalog {

struct DamagePlace {
  std::string file;     // below the image
  std::string problem;  // goes on after the file's name: "is missing"
};
BOOST_DESCRIBE_STRUCT(DamagePlace, (), (file, problem))
constexpr auto notes_of(const DamagePlace* /*unused*/) {
  return type_notes("DamagePlace", "");
}

struct DamageRecord {
  static constexpr std::size_t kMaxPlaces = 100;

  std::string image;  // its path below the root
  std::string stamp;  // metadata_fingerprint.h: an image with another one has been replaced since
  std::string found;  // when, for people (timestamp.h)
  std::int64_t damaged_files = 0;
  std::vector<DamagePlace> places;      // at most kMaxPlaces of them
  std::optional<std::string> repair{};  // what is being done about it, or why nothing can be; for people
};
BOOST_DESCRIBE_STRUCT(DamageRecord, (), (image, stamp, found, damaged_files, places, repair))
constexpr auto notes_of(const DamageRecord* /*unused*/) {
  return type_notes("DamageRecord", "");
}

/// One sentence: how many files, the first of them, and what is being done about it.
[[nodiscard]] std::string summary_of(const DamageRecord& record);

class DamageBook {
 public:
  /// A root that is itself an image keeps its book beside it.
  explicit DamageBook(const std::filesystem::path& root);

  [[nodiscard]] Result<void> put(const DatasetId& id, const DamageRecord& record) const;
  /// Nothing happens when there is none.
  [[nodiscard]] Result<void> clear(const DatasetId& id) const;

  /// Nothing when the image is not known to be damaged.
  [[nodiscard]] Result<std::optional<DamageRecord>> find(const DatasetId& id) const;
  /// All that have a record. Empty when the folder is absent.
  [[nodiscard]] Result<std::set<DatasetId>> ids() const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const DatasetId& id) const { return folder_ / (id.text() + ".json"); }

  std::filesystem::path folder_;
};

}  // namespace beamport::catalog
