// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/temporary_directory.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "beamport/os/file.h"

namespace beamport::os {

Result<TemporaryDirectory> TemporaryDirectory::create() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) return system_error(error.value(), "find", "the temporary folder");
  return create_in(parent);
}

Result<TemporaryDirectory> TemporaryDirectory::create_in(const std::filesystem::path& parent) {
  std::string pattern = (parent / "beamport-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return system_error(errno, "create a temporary directory", pattern);
  return TemporaryDirectory(pattern);
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // leftovers in the temporary folder harm nobody
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace beamport::os
