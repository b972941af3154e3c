// SPDX-License-Identifier: Apache-2.0
#include "beamport/render/parallel_for.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::render {
namespace {

using testing::ElementsAre;

TEST(RunInTurn, RunsEveryTaskInOrder) {
  std::vector<std::int64_t> seen;
  EXPECT_TRUE(run_in_turn(3, {}, [&](std::int64_t i) -> Result<void> {
    seen.push_back(i);
    return {};
  }));
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
}

TEST(RunInTurn, EndsAtTheFirstFailure) {
  int begun = 0;
  const auto done = run_in_turn(5, {}, [&](std::int64_t i) -> Result<void> {
    ++begun;
    if (i == 1) return fail(ErrorCode::kCorrupt, "bad");
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(begun, 2);
}

TEST(RunInTurn, EndsAfterAStopRequest) {
  std::stop_source stop;
  int begun = 0;
  const auto done = run_in_turn(5, stop.get_token(), [&](std::int64_t) -> Result<void> {
    if (++begun == 2) stop.request_stop();
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(begun, 2);
}

}  // namespace
}  // namespace beamport::render
