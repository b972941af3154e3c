// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/transpose.h"

#include <algorithm>
#include <cstring>

namespace beamport::codec {
namespace {

// Walks the encoded array row by row (its last axis) and gathers each voxel from the decoded one.
template <std::size_t VoxelSize>
void gather(const std::byte* from, std::byte* to, std::span<const std::int64_t> size,
            std::span<const std::int64_t> step) {
  const std::size_t last = size.size() - 1;
  std::vector<std::int64_t> place(size.size(), 0);
  std::int64_t origin = 0;
  while (true) {
    for (std::int64_t i = 0; i < size[last]; ++i) {
      std::memcpy(to, from + origin + i * step[last], VoxelSize);
      to += VoxelSize;
    }
    std::size_t axis = last;
    while (true) {
      if (axis == 0) return;
      --axis;
      origin += step[axis];
      if (++place[axis] < size[axis]) break;
      origin -= step[axis] * size[axis];
      place[axis] = 0;
    }
  }
}

}  // namespace

bool is_permutation(std::span<const std::size_t> order, std::size_t rank) {
  if (order.size() != rank) return false;
  std::vector<bool> seen(rank, false);
  for (const std::size_t axis : order) {
    if (axis >= rank || seen[axis]) return false;
    seen[axis] = true;
  }
  return true;
}

bool is_identity(std::span<const std::size_t> order) noexcept {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != i) return false;
  }
  return true;
}

std::vector<std::size_t> inverse_of(std::span<const std::size_t> order) {
  std::vector<std::size_t> inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
  return inverse;
}

void transpose(ByteView from, MutableByteView to, std::span<const std::int64_t> shape,
               std::span<const std::size_t> order, std::size_t bytes_per_voxel) {
  if (from.empty()) return;
  std::vector<std::int64_t> decoded_step(shape.size());
  auto step = static_cast<std::int64_t>(bytes_per_voxel);
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    decoded_step[axis] = step;
    step *= shape[axis];
  }
  std::vector<std::int64_t> encoded_size(shape.size());
  std::vector<std::int64_t> encoded_step(shape.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    encoded_size[i] = shape[order[i]];
    encoded_step[i] = decoded_step[order[i]];
  }
  switch (bytes_per_voxel) {
    case 1:
      return gather<1>(from.data(), to.data(), encoded_size, encoded_step);
    case 2:
      return gather<2>(from.data(), to.data(), encoded_size, encoded_step);
    case 4:
      return gather<4>(from.data(), to.data(), encoded_size, encoded_step);
    default:
      return gather<8>(from.data(), to.data(), encoded_size, encoded_step);
  }
}

}  // namespace beamport::codec
