// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sees to it that the disk of the images does not run full: below the reserve nothing begins, and what runs waits.
// Thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "beamport/base/result.h"
#include "beamport/os/free_space.h"

namespace beamport::ingest {

class SpaceGuard {
 public:
  SpaceGuard(std::filesystem::path data, std::uint64_t reserve_bytes, os::FreeSpaceProbe probe)
      : data_(std::move(data)), reserve_bytes_(reserve_bytes), probe_(std::move(probe)) {}

  /// A sentence for people while there is too little; nothing when there is enough.
  [[nodiscard]] Result<std::optional<std::string>> lack() const;

 private:
  const std::filesystem::path data_;
  const std::uint64_t reserve_bytes_;
  const os::FreeSpaceProbe probe_;
};

}  // namespace beamport::ingest
