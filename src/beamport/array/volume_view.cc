// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/volume_view.h"

#include <cstring>

#include "beamport/base/check.h"

namespace beamport {
namespace {

template <typename View>
std::size_t row_bytes(const View& view) noexcept {
  return static_cast<std::size_t>(view.extent.x) * size_of(view.type);
}

bool zero_run(const std::byte* bytes, std::size_t count) noexcept {
  // Zero first byte and every byte equal to its neighbour: memcmp runs at memory speed.
  return count == 0 || (bytes[0] == std::byte{0} && std::memcmp(bytes, bytes + 1, count - 1) == 0);
}

}  // namespace

void copy_volume(VolumeView from, MutableVolumeView to) noexcept {
  BEAMPORT_CHECK(from.extent == to.extent && from.type == to.type);
  const std::size_t bytes = row_bytes(from);
  for (std::int64_t z = 0; z < from.extent.z; ++z) {
    for (std::int64_t y = 0; y < from.extent.y; ++y) std::memcpy(to.row(z, y), from.row(z, y), bytes);
  }
}

bool all_zero(VolumeView view) noexcept {
  const std::size_t bytes = row_bytes(view);
  for (std::int64_t z = 0; z < view.extent.z; ++z) {
    for (std::int64_t y = 0; y < view.extent.y; ++y) {
      if (!zero_run(view.row(z, y), bytes)) return false;
    }
  }
  return true;
}

void fill_zero(MutableVolumeView view) noexcept {
  const std::size_t bytes = row_bytes(view);
  for (std::int64_t z = 0; z < view.extent.z; ++z) {
    for (std::int64_t y = 0; y < view.extent.y; ++y) std::memset(view.row(z, y), 0, bytes);
  }
}

}  // namespace beamport
