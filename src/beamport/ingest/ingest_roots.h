// SPDX-License-Identifier: Apache-2.0
#pragma once

// The configured roots: from where scans are taken in, and what the place of a scan below its root says about it.
// Immutable.

#include <filesystem>
#include <string>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_desk.h"
#include "beamport/ingest/ingest_root.h"
#include "beamport/ingest/scan.h"

namespace beamport::ingest {

class IngestRoots {
 public:
  /// kInvalidArgument for roots that overlap with the data folder or each other, or that have one name.
  [[nodiscard]] static Result<IngestRoots> check(std::vector<IngestRoot> roots, const std::filesystem::path& data);

  [[nodiscard]] const std::vector<IngestRoot>& all() const noexcept { return roots_; }
  /// Null when there is none (any more).
  [[nodiscard]] const IngestRoot* named(const std::string& name) const noexcept;
  /// In which a source lies. kPermissionDenied when in none: only from there scans are taken in.
  [[nodiscard]] Result<const IngestRoot*> above(const std::filesystem::path& source) const;

  /// Source, image, user, date and name as the path says, completed and overruled by what was said.
  [[nodiscard]] static Result<ScanRequest> request_for(const IngestRoot& root, const std::filesystem::path& source,
                                                       const HandIn& said);

  /// Places as people know them, below the root, and not where it is mounted.
  [[nodiscard]] std::string below_root(const Scan& scan, std::string text) const;

 private:
  explicit IngestRoots(std::vector<IngestRoot> roots) : roots_(std::move(roots)) {}

  std::vector<IngestRoot> roots_;
};

}  // namespace beamport::ingest
