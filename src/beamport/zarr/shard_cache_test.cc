// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/shard_cache.h"

#include <gtest/gtest.h>

namespace beamport::zarr {
namespace {

std::shared_ptr<const ShardIndex> index_of(std::int64_t chunks) {
  return std::make_shared<const ShardIndex>(chunks);
}

TEST(ShardCache, KeepsWhatFits) {
  ShardCache cache(2 * 20);
  cache.keep("a", index_of(1));
  cache.keep("b", index_of(1));
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("b"), nullptr);
  EXPECT_EQ(cache.find("c"), nullptr);
}

TEST(ShardCache, DropsTheLeastRecentlyUsed) {
  ShardCache cache(2 * 20);
  cache.keep("a", index_of(1));
  cache.keep("b", index_of(1));
  EXPECT_NE(cache.find("a"), nullptr);
  cache.keep("c", index_of(1));
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("c"), nullptr);
}

TEST(ShardCache, KeepsOneThatIsLargerThanItsBound) {
  ShardCache cache(2 * 20);
  cache.keep("a", index_of(1));
  cache.keep("large", index_of(100));
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("large"), nullptr);
}

TEST(ShardCache, KeepsTheFirstOfTwo) {
  ShardCache cache(100);
  const auto first = index_of(1);
  cache.keep("a", first);
  cache.keep("a", index_of(2));
  EXPECT_EQ(cache.find("a"), first);
}

}  // namespace
}  // namespace beamport::zarr
