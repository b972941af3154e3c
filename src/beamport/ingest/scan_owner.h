// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which process has a scan in its hands, and whether that process is still there: a locked file per owner in a folder
// beside the journal, named after the owner's id. The lock ends with the process, so no clock is involved; a child that
// was forked without exec holds it, too, until it ends. Needs a file system whose locks all processes see.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "beamport/base/result.h"
#include "beamport/os/file.h"

namespace beamport::ingest {

class ScanOwner {
 public:
  using NewId = std::function<Result<std::string>()>;

  /// The folder is created when it is not there.
  [[nodiscard]] static Result<ScanOwner> create(const std::filesystem::path& folder, const NewId& new_id);

  ScanOwner(ScanOwner&& other) noexcept;
  ScanOwner& operator=(ScanOwner&&) = delete;
  ScanOwner(const ScanOwner&) = delete;
  ScanOwner& operator=(const ScanOwner&) = delete;
  ~ScanOwner();

  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  ScanOwner(std::string id, os::File lock) noexcept : id_(std::move(id)), lock_(std::move(lock)) {}

  std::string id_;
  os::File lock_;
};

/// Calls `then` if the owner is gone for good, and removes its file; nothing happens while it lives. Two processes may
/// find the same owner gone.
[[nodiscard]] Result<void> if_gone(const std::filesystem::path& folder, const std::string& owner,
                                   const std::function<Result<void>()>& then);

/// Removes what owners without work left behind.
[[nodiscard]] Result<void> sweep_owners(const std::filesystem::path& folder);

}  // namespace beamport::ingest
