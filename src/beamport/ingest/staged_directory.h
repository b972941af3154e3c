// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory that appears under its name only when it is whole. Until then it is "<name>.partial" beside it, locked
// against a second writer: the lock ends with the process, however that ends. What an interrupted run left there is
// cleared away when the next one begins, or is its beginning.

#include <filesystem>

#include "beamport/base/result.h"

namespace beamport::ingest {

class StagedDirectory {
 public:
  enum class IfExists { kRefuse, kReplace };
  enum class Unfinished { kRemove, kKeep };  // what becomes of the partial directory, before and after

  /// kAlreadyExists when the target exists and must not be replaced; kFailedPrecondition when another process is
  /// writing it.
  [[nodiscard]] static Result<StagedDirectory> begin(const std::filesystem::path& target, IfExists policy,
                                                     Unfinished unfinished = Unfinished::kRemove);

  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;
  /// Removes the partial directory unless it was published or is to be kept.
  ~StagedDirectory();

  [[nodiscard]] const std::filesystem::path& partial_path() const noexcept { return partial_; }

  /// Gives it its name, durably; after an error it does not have it. Everything inside must already be on stable
  /// storage. A replaced target is removed after; that this failed is only logged.
  [[nodiscard]] Result<void> publish();

  /// Makes a name durable that a process gave which may have ended before it could.
  [[nodiscard]] static Result<void> confirm(const std::filesystem::path& target);

 private:
  void let_go() noexcept;
  void take_back(bool replaces);
  StagedDirectory(std::filesystem::path target, std::filesystem::path partial, IfExists policy, Unfinished unfinished,
                  int lock) noexcept;

  std::filesystem::path target_;
  std::filesystem::path partial_;
  IfExists policy_;
  Unfinished unfinished_;
  int lock_ = -1;  // descriptor of the partial directory, holding the lock
};

}  // namespace beamport::ingest
