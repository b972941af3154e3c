// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/byte_order.h"

#include <cstdint>
#include <cstring>

namespace beamport::codec {
namespace {

template <typename T>
void swap_all(MutableByteView voxels) noexcept {
  for (std::size_t i = 0; i + sizeof(T) <= voxels.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, voxels.data() + i, sizeof(T));
    value = swap_bytes(value);
    std::memcpy(voxels.data() + i, &value, sizeof(T));
  }
}

}  // namespace

void swap_voxels(MutableByteView voxels, std::size_t bytes_per_voxel) noexcept {
  switch (bytes_per_voxel) {
    case 2:
      return swap_all<std::uint16_t>(voxels);
    case 4:
      return swap_all<std::uint32_t>(voxels);
    case 8:
      return swap_all<std::uint64_t>(voxels);
    default:
      return;
  }
}

}  // namespace beamport::codec
