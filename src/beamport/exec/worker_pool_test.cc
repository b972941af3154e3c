// SPDX-License-Identifier: Apache-2.0
#include "beamport/exec/worker_pool.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace beamport::exec {
namespace {

class WorkerPoolSizes : public testing::TestWithParam<int> {};

TEST_P(WorkerPoolSizes, RunsEveryIndexOnce) {
  WorkerPool pool(GetParam());
  for (int round = 0; round < 50; ++round) {
    std::vector<std::atomic<int>> hits(97);
    ASSERT_TRUE(pool.parallel_for(97, {}, [&](std::int64_t i, int worker) -> Result<void> {
      EXPECT_LT(worker, pool.size());
      ++hits[static_cast<std::size_t>(i)];
      return {};
    }));
    for (const auto& hit : hits) EXPECT_EQ(hit, 1);
  }
}

TEST_P(WorkerPoolSizes, ReportsTheLowestFailureAndStopsEarly) {
  WorkerPool pool(GetParam());
  std::atomic<int> begun{0};
  const auto result = pool.parallel_for(100000, {}, [&](std::int64_t i, int) -> Result<void> {
    ++begun;
    if (i >= 5) return fail(ErrorCode::kIo, fmt::format("task {}", i));
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "task 5");
  EXPECT_LT(begun, 100000);
  EXPECT_TRUE(pool.parallel_for(3, {}, [](std::int64_t, int) -> Result<void> { return {}; }));
}

TEST_P(WorkerPoolSizes, StopRequestEndsTheBatch) {
  WorkerPool pool(GetParam());
  std::stop_source source;
  std::atomic<int> begun{0};
  const auto result = pool.parallel_for(100000, source.get_token(), [&](std::int64_t, int) -> Result<void> {
    if (++begun == 10) source.request_stop();
    return {};
  });
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  EXPECT_LT(begun, 100000);
}

TEST_P(WorkerPoolSizes, EmptyBatchSucceeds) {
  WorkerPool pool(GetParam());
  EXPECT_TRUE(
      pool.parallel_for(0, {}, [](std::int64_t, int) -> Result<void> { return fail(ErrorCode::kInternal, "never"); }));
}

INSTANTIATE_TEST_SUITE_P(Workers, WorkerPoolSizes, testing::Values(1, 2, 5));

}  // namespace
}  // namespace beamport::exec
