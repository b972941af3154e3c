// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a volume of any size is converted in a given amount of memory: how many chunk rows a band has, and in which order
// bands are read. Wide bands in slab order are read fastest and finish slab by slab; where the half-filled parents of a
// whole slab would not fit, the depth-first order keeps them few. Pure function.

#include <cstdint>

#include "beamport/array/data_type.h"
#include "beamport/array/extent.h"
#include "beamport/base/result.h"
#include "beamport/ingest/traversal.h"

namespace beamport::ingest {

struct MemoryPlan {
  static constexpr int kBandBuffers = 2;

  std::int64_t rows_per_band = 1;
  Traversal::Order order = Traversal::Order::kSlabMajor;
  std::int64_t band_bytes = 0;     // of one buffer
  std::int64_t pending_bytes = 0;  // estimate of the half-filled parents
};

struct MemoryDemand {
  Extent extent;
  DataType source_type = DataType::kUint8;
  DataType stored_type = DataType::kUint8;
  Extent chunk;
  int workers = 1;
  bool whole_frames = false;  // reading part of a frame costs as much as all of it
};

/// kResourceExhausted, saying how much is needed, when even one chunk row does not fit.
[[nodiscard]] Result<MemoryPlan> plan_memory(const MemoryDemand& demand, std::int64_t memory_bytes);

}  // namespace beamport::ingest
