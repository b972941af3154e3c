// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fresh directory, removed with everything in it when the object dies.

#include <filesystem>

#include "beamport/base/result.h"

namespace beamport::os {

class TemporaryDirectory {
 public:
  /// Under the system's temporary folder.
  [[nodiscard]] static Result<TemporaryDirectory> create();
  [[nodiscard]] static Result<TemporaryDirectory> create_in(const std::filesystem::path& parent);

  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace beamport::os
