// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/byte_range_header.h"

#include <ostream>

#include <gtest/gtest.h>

namespace beamport::net {
namespace {

constexpr RangeChoice kWhole{.kind = RangeKind::kWhole, .range = {}};
constexpr RangeChoice kUnsatisfiable{.kind = RangeKind::kUnsatisfiable, .range = {}};

RangeChoice part(std::uint64_t offset, std::uint64_t length) {
  return {.kind = RangeKind::kPart, .range = {offset, length}};
}

TEST(ByteRangeHeader, ServesTheRangesOfTheRfc) {
  EXPECT_EQ(choose_range("bytes=0-499", 10000), part(0, 500));
  EXPECT_EQ(choose_range("bytes=500-999", 10000), part(500, 500));
  EXPECT_EQ(choose_range("bytes=-500", 10000), part(9500, 500));
  EXPECT_EQ(choose_range("bytes=9500-", 10000), part(9500, 500));
  EXPECT_EQ(choose_range("bytes=0-0", 10000), part(0, 1));
  EXPECT_EQ(choose_range("bytes=-1", 10000), part(9999, 1));
}

TEST(ByteRangeHeader, ClipsAtTheEndOfTheObject) {
  EXPECT_EQ(choose_range("bytes=5-99", 10), part(5, 5));
  EXPECT_EQ(choose_range("bytes=-99", 10), part(0, 10));
  EXPECT_EQ(choose_range("bytes=9-99999999999999999999999", 10), part(9, 1));
  EXPECT_EQ(choose_range("bytes=-99999999999999999999999", 10), part(0, 10));
}

TEST(ByteRangeHeader, RefusesWhatLiesOutside) {
  EXPECT_EQ(choose_range("bytes=10-", 10), kUnsatisfiable);
  EXPECT_EQ(choose_range("bytes=10-12", 10), kUnsatisfiable);
  EXPECT_EQ(choose_range("bytes=99999999999999999999999-", 10), kUnsatisfiable);
  EXPECT_EQ(choose_range("bytes=-0", 10), kUnsatisfiable);
  EXPECT_EQ(choose_range("bytes=0-", 0), kUnsatisfiable);
  EXPECT_EQ(choose_range("bytes=0-0", 0), kUnsatisfiable);
}

TEST(ByteRangeHeader, TheEndOfAnEmptyObjectIsTheObject) {
  EXPECT_EQ(choose_range("bytes=-5", 0), kWhole);
}

TEST(ByteRangeHeader, ComparesTheUnitWithoutCase) {
  EXPECT_EQ(choose_range("Bytes=1-2", 10), part(1, 2));
}

TEST(ByteRangeHeader, IgnoresWhatItDoesNotUnderstand) {
  EXPECT_EQ(choose_range(std::nullopt, 10), kWhole);
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=a-b", "bytes=5-4", "bytes=1-2x",
                             "bytes=x1-2", "bytes=--5", "bytes=1-2-3", "bytes=+1-2", "bytes=1 -2", "bytes=0-1,4-5",
                             "bytes=-1,-2", "items=0-5", "bytes:0-5", "=0-5", "bytes=0x1-2"}) {
    EXPECT_EQ(choose_range(header, 10), kWhole) << header;
  }
}

}  // namespace
}  // namespace beamport::net
