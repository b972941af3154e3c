// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/space_guard.h"

#include <fmt/format.h>

#include "beamport/base/metrics.h"

namespace beamport::ingest {

Result<std::optional<std::string>> SpaceGuard::lack() const {
  BEAMPORT_ASSIGN(const os::FreeSpace space, probe_(data_));
  metrics()
      .gauge("beamport_data_free_bytes", "Space left on the data folder's file system")
      .set(static_cast<double>(space.available_bytes));
  if (space.available_bytes >= reserve_bytes_) return std::nullopt;
  return fmt::format("{} has {:.1f} GB left and {:.1f} GB are to stay free; it waits for space", data_.string(),
                     static_cast<double>(space.available_bytes) / 1e9, static_cast<double>(reserve_bytes_) / 1e9);
}

}  // namespace beamport::ingest
