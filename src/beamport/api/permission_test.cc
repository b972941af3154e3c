// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/permission.h"

#include <gtest/gtest.h>

namespace beamport::api {
namespace {

TEST(Permission, EverythingIsHiddenUnlessAllowed) {
  const AccessPolicy strict;
  const AccessPolicy local{.anonymous_may_read_datasets = true};
  const Principal anonymous;
  constexpr auto kDataset = "0123456789abcdef01234567";
  EXPECT_EQ(decide(strict, anonymous, Permission::kPublic, ""), Decision::kAllow);
  EXPECT_EQ(decide(strict, anonymous, Permission::kReadDataset, kDataset), Decision::kHide);
  EXPECT_EQ(decide(local, anonymous, Permission::kReadDataset, kDataset), Decision::kAllow);
  EXPECT_EQ(decide(local, anonymous, Permission::kUndeclared, kDataset), Decision::kHide);
  EXPECT_EQ(decide(local, anonymous, static_cast<Permission>(77), kDataset), Decision::kHide);
}

TEST(Permission, MetricsAreForProgramsUnlessOpened) {
  const AccessPolicy strict{.anonymous_may_read_datasets = true};
  const AccessPolicy open{.anonymous_may_read_metrics = true};
  const Principal program{.kind = Principal::Kind::kIngestProgram};
  EXPECT_EQ(decide(strict, {}, Permission::kReadMetrics, ""), Decision::kSignIn);
  EXPECT_EQ(decide(strict, program, Permission::kReadMetrics, ""), Decision::kAllow);
  EXPECT_EQ(decide(open, {}, Permission::kReadMetrics, ""), Decision::kAllow);
}

TEST(Permission, OnlyAProgramWithATokenHandsIn) {
  const AccessPolicy strict;
  const AccessPolicy local{.anonymous_may_read_datasets = true};
  const Principal anonymous;
  const Principal program{.kind = Principal::Kind::kIngestProgram};
  EXPECT_EQ(decide(local, anonymous, Permission::kHandIn, ""), Decision::kSignIn);
  EXPECT_EQ(decide(strict, program, Permission::kHandIn, ""), Decision::kAllow);
  EXPECT_EQ(decide(strict, anonymous, Permission::kReadIngest, ""), Decision::kSignIn);
  EXPECT_EQ(decide(local, anonymous, Permission::kReadIngest, ""), Decision::kAllow);
  EXPECT_EQ(decide(strict, program, Permission::kReadIngest, ""), Decision::kAllow);
  EXPECT_EQ(decide(strict, program, Permission::kReadDataset, "0123456789abcdef01234567"), Decision::kHide);
}

}  // namespace
}  // namespace beamport::api
