// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory that appears under its name only when it is whole. Until then it is "<name>.partial" beside it, locked
// against a second writer; whatever an interrupted run left there is cleared away when the next one begins.

#include <filesystem>

#include "beamport/base/result.h"

namespace beamport::ingest {

class StagedDirectory {
 public:
  enum class IfExists { kRefuse, kReplace };

  /// kAlreadyExists when the target exists and must not be replaced; kFailedPrecondition when another process is
  /// writing it.
  [[nodiscard]] static Result<StagedDirectory> begin(const std::filesystem::path& target, IfExists policy);

  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;
  /// Removes the partial directory unless it was published.
  ~StagedDirectory();

  [[nodiscard]] const std::filesystem::path& partial_path() const noexcept { return partial_; }

  /// Gives it its name, durably. Everything inside must already be on stable storage. A replaced target is removed
  /// after.
  [[nodiscard]] Result<void> publish();

 private:
  StagedDirectory(std::filesystem::path target, std::filesystem::path partial, IfExists policy, int lock) noexcept;

  std::filesystem::path target_;
  std::filesystem::path partial_;
  IfExists policy_;
  int lock_ = -1;  // descriptor of the partial directory, holding the lock
};

}  // namespace beamport::ingest
