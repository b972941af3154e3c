// SPDX-License-Identifier: Apache-2.0
#include "beamport/crypto/random_id.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "beamport/base/ids.h"

namespace beamport::crypto {
namespace {

TEST(RandomId, IsAValidIdAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = random_id();
    ASSERT_TRUE(id);
    EXPECT_TRUE(is_id_text(*id)) << *id;
    EXPECT_TRUE(seen.insert(*id).second) << *id;
  }
}

TEST(FillRandom, WritesToTheLastByte) {
  Bytes bytes(4096);
  ASSERT_TRUE(fill_random(bytes));
  // 64 zero bytes at the end by chance: one in 2^512.
  EXPECT_TRUE(std::any_of(bytes.end() - 64, bytes.end(), [](std::byte b) { return b != std::byte{0}; }));
}

}  // namespace
}  // namespace beamport::crypto
