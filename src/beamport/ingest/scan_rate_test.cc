// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_rate.h"

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

using namespace std::chrono_literals;

TEST(ScanRate, IsThatOfTheLastTenSeconds) {
  ScanRate rate;
  ScanRate::Time now{};
  EXPECT_FALSE(rate.bytes_per_second());
  std::int64_t bytes = 0;
  rate.note(now, bytes);
  EXPECT_FALSE(rate.bytes_per_second());
  for (int i = 0; i < 100; ++i) rate.note(now += 1s, bytes += 10);
  EXPECT_NEAR(*rate.bytes_per_second(), 10, 1e-9);
  for (int i = 0; i < 11; ++i) rate.note(now += 1s, bytes += 30);
  EXPECT_NEAR(*rate.bytes_per_second(), 30, 1e-9);
  EXPECT_NEAR(*rate.seconds_for(300), 10, 1e-9);
}

TEST(ScanRate, ManyNotesInAMomentAreOne) {
  ScanRate rate;
  ScanRate::Time now{};
  for (int i = 0; i <= 1000; ++i) rate.note(now += 1ms, i);
  EXPECT_NEAR(*rate.bytes_per_second(), 1000, 20);
}

TEST(ScanRate, ANewPassBeginsAnew) {
  ScanRate rate;
  ScanRate::Time now{};
  rate.note(now, 0);
  rate.note(now += 1s, 1000);
  rate.note(now += 1s, 10);
  EXPECT_FALSE(rate.bytes_per_second());
  rate.note(now += 1s, 20);
  EXPECT_NEAR(*rate.bytes_per_second(), 10, 1e-9);
}

TEST(ScanRate, StandingStillHasNoEnd) {
  ScanRate rate;
  rate.note(ScanRate::Time{}, 5);
  rate.note(ScanRate::Time{} + 1s, 5);
  EXPECT_FALSE(rate.seconds_for(10));
}

}  // namespace
}  // namespace beamport::ingest
