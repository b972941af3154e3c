// SPDX-License-Identifier: Apache-2.0
#pragma once

// Permuted axes of a chunk in C order: encoded shape[i] = decoded shape[order[i]] (Zarr v3 "transpose"). Pure
// functions.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "beamport/base/bytes.h"

namespace beamport::codec {

/// Whether `order` names each axis of that rank once.
[[nodiscard]] bool is_permutation(std::span<const std::size_t> order, std::size_t rank);

[[nodiscard]] bool is_identity(std::span<const std::size_t> order) noexcept;

/// The permutation that undoes `order`.
[[nodiscard]] std::vector<std::size_t> inverse_of(std::span<const std::size_t> order);

/// Copies voxels of `shape` into the order of the encoded axes. Both buffers hold the whole chunk and do not overlap.
void transpose(ByteView from, MutableByteView to, std::span<const std::int64_t> shape,
               std::span<const std::size_t> order, std::size_t bytes_per_voxel);

}  // namespace beamport::codec
