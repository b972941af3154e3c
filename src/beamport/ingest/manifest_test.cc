// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

Manifest sample() {
  return Manifest({{"zarr.json", 9, 0xE3069283}, {"0/c/0/0/0", 4096, 0x1c291ca3}, {"0/zarr.json", 0, 0}});
}

TEST(Manifest, SurvivesItsText) {
  const std::string text = sample().encode();
  EXPECT_THAT(text, testing::StartsWith("beamport manifest 1\n1c291ca3 4096 0/c/0/0/0\n00000000 0 0/zarr.json\n"
                                        "e3069283 9 zarr.json\nend 3 "));
  const auto again = Manifest::parse(text);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(*again, sample());
  EXPECT_EQ(again->find("0/c/0/0/0")->size, 4096U);
  EXPECT_EQ(again->find("0/c"), nullptr);
  EXPECT_EQ(*Manifest::parse(Manifest().encode()), Manifest());
}

TEST(Manifest, EveryFlippedBitIsNoticed) {
  const std::string text = sample().encode();
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    std::string damaged = text;
    damaged[i / 8] = static_cast<char>(static_cast<unsigned char>(damaged[i / 8]) ^ (1U << (i % 8)));
    EXPECT_FALSE(Manifest::parse(damaged).has_value()) << "bit " << i;
  }
}

TEST(Manifest, EveryCutIsNoticed) {
  const std::string text = sample().encode();
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(Manifest::parse(text.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(Manifest::parse(text + "\n").has_value());
}

TEST(Manifest, AnotherVersionIsNotCalledDamage) {
  const auto newer = Manifest::parse("beamport manifest 2\nanything\n");
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().code, ErrorCode::kUnsupported);
}

TEST(Manifest, AKeyThatLeavesTheImageIsRefused) {
  EXPECT_FALSE(Manifest::parse(Manifest({{"../other", 1, 2}}).encode()).has_value());
  EXPECT_FALSE(Manifest::parse(Manifest({{"a", 1, 2}, {"a", 1, 2}}).encode()).has_value());
}

}  // namespace
}  // namespace beamport::ingest
