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

/// What is best read at a time.
enum class Reading : std::uint8_t {
  kRows,         // some rows of each slice cost no more than their share
  kWholeSlices,  // part of a slice costs as much as all of it, or slices should be taken as they land
};

struct MemoryDemand {
  Extent extent;
  DataType source_type = DataType::kUint8;
  DataType stored_type = DataType::kUint8;
  Extent chunk;
  int workers = 1;
  Reading reading = Reading::kRows;
  std::int64_t held_bytes = 0;  // of the coarse levels that stay in memory
};

/// kResourceExhausted, saying how much is needed, when even one chunk row does not fit.
[[nodiscard]] Result<MemoryPlan> plan_memory(const MemoryDemand& demand, std::int64_t memory_bytes);

}  // namespace beamport::ingest
