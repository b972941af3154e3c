// SPDX-License-Identifier: Apache-2.0
#pragma once

// A fresh directory under the system's temporary folder, removed with everything in it when the object dies.

#include <filesystem>

#include "beamport/base/result.h"

namespace beamport::os {

class TemporaryDirectory {
 public:
  [[nodiscard]] static Result<TemporaryDirectory> create();

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
