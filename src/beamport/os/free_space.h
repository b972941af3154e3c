// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much can still be written on the file system that a path lies on. A value of this moment: others write, too.
// Quotas are not in it; only the write itself meets them.

#include <cstdint>
#include <filesystem>
#include <functional>

#include "beamport/base/result.h"

namespace beamport::os {

struct FreeSpace {
  std::uint64_t available_bytes = 0;  // to this user; less than what is free where some is kept for root
  std::uint64_t total_bytes = 0;

  friend bool operator==(const FreeSpace&, const FreeSpace&) = default;
};

/// The path exists.
[[nodiscard]] Result<FreeSpace> free_space_of(const std::filesystem::path& path);

/// What callers take, so that a full disk can be played to them.
using FreeSpaceProbe = std::function<Result<FreeSpace>(const std::filesystem::path&)>;

}  // namespace beamport::os
