// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/memory_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

MemoryDemand demand(Extent extent, DataType type) {
  return {extent,
          type,
          type,
          type == DataType::kUint8 ? Extent{128, 128, 128} : Extent{64, 64, 64},
          2,
          Reading::kRows,
          std::int64_t{64} << 20};
}

void expect_within(const MemoryDemand& d, const MemoryPlan& plan, std::int64_t memory) {
  EXPECT_LE(MemoryPlan::kBandBuffers * plan.band_bytes + plan.pending_bytes, memory);
  EXPECT_GE(plan.rows_per_band, 1);
  EXPECT_LE(plan.rows_per_band, grid_of(d.extent, d.chunk).y);
}

TEST(MemoryPlan, ATomogramGoesSlabBySlab) {
  const auto d = demand({2160, 2560, 2560}, DataType::kFloat32);
  const auto plan = plan_memory(d, 2 * kGiB);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->order, Traversal::Order::kSlabMajor);
  expect_within(d, *plan, 2 * kGiB);
}

TEST(MemoryPlan, AStitchedVolumeGoesDepthFirstInTheSameMemory) {
  for (const std::int64_t depth : {256, 16384}) {
    const auto d = demand({depth, 16384, 16384}, DataType::kFloat32);
    const auto plan = plan_memory(d, 4 * kGiB);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->order, Traversal::Order::kDepthFirst);
    expect_within(d, *plan, 4 * kGiB);
  }
}

TEST(MemoryPlan, SmallVolumesTakeOneBandPerSlab) {
  const auto plan = plan_memory(demand({135, 160, 160}, DataType::kFloat32), 2 * kGiB);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->rows_per_band, 3);
}

TEST(MemoryPlan, SlicesThatLandAreTakenWholeWhereTheyFit) {
  auto d = demand({1024, 2048, 2048}, DataType::kUint16);
  d.reading = Reading::kWholeSlices;
  EXPECT_EQ(plan_memory(d, 2 * kGiB).value().rows_per_band, 32);
  d.reading = Reading::kRows;
  EXPECT_LE(plan_memory(d, 2 * kGiB).value().rows_per_band, 8);
}

TEST(MemoryPlan, SaysHowMuchIsMissing) {
  const auto plan = plan_memory(demand({1000, 100000, 100000}, DataType::kFloat32), kGiB);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kResourceExhausted);
  EXPECT_THAT(plan.error().message, testing::HasSubstr("--memory"));
}

}  // namespace
}  // namespace beamport::ingest
