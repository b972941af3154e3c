// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/first_number.h"

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::ingest {
namespace {

using namespace std::chrono_literals;
using enum FirstNumber::Sureness;

std::vector<std::string> names_of(std::initializer_list<int> numbers) {
  std::vector<std::string> names;
  for (const int number : numbers) names.push_back(fmt::format("slice_{:04}.tif", number));
  return names;
}

FirstNumber certain(std::int64_t number) {
  return {.sureness = kCertain, .number = number};
}

TEST(FirstNumber, IsOpenUntilBothEndsAreThere) {
  EXPECT_EQ(first_number_of({}, 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({5}), 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({5, 6, 7}), 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({5, 13}), 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({5, 14}), 10), certain(5));
}

TEST(FirstNumber, NoNumberIsBelowNought) {
  EXPECT_EQ(first_number_of(names_of({0}), 10), certain(0));
  EXPECT_EQ(first_number_of(names_of({7, 0}), 10), certain(0));
}

TEST(FirstNumber, ARunFromOneIsLikelyAndNoMore) {
  EXPECT_EQ(first_number_of(names_of({1}), 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({1, 3}), 10), FirstNumber{});
  EXPECT_EQ(first_number_of(names_of({2, 1}), 10), (FirstNumber{.sureness = kLikely, .number = 1}));
  EXPECT_EQ(first_number_of(names_of({1, 10}), 10), certain(1));
  EXPECT_EQ(first_number_of(names_of({1, 9}), 10), FirstNumber{}) << "0 may still come";
}

// Whatever the order: what is certain is right, and in the end it is certain.
TEST(FirstNumber, IsNeverCertainAndWrong) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const int first = static_cast<int>(random() % 6);
    const int count = static_cast<int>(2 + random() % 20);
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(fmt::format("s{}.tif", first + i));
    std::shuffle(all.begin(), all.end(), random);
    for (std::size_t there = 1; there <= all.size(); ++there) {
      const FirstNumber found = first_number_of(std::span(all).first(there), count);
      if (found.sureness == kCertain) EXPECT_EQ(found.number, first);
    }
    EXPECT_EQ(first_number_of(all, count), certain(first));
  }
}

TEST(FirstNumber, OfSeveralNumbersTheOneThatVariesCounts) {
  const std::vector<std::string> one{"2026_scan_4.tif"};
  EXPECT_EQ(first_number_of(one, 3), FirstNumber{});
  const std::vector<std::string> all{"2026_scan_4.tif", "2026_scan_6.tif"};
  EXPECT_EQ(first_number_of(all, 3), certain(4));
}

TEST(FirstNumber, WhatIsNoStackIsLeftToTheStack) {
  const FirstNumber left{.sureness = kCertain};
  const std::vector<std::string> strange{"slice_0001.tif", "preview.tif"};
  EXPECT_EQ(first_number_of(strange, 10), left);
  EXPECT_EQ(first_number_of(std::vector<std::string>{"volume.tif"}, 10), left);
  EXPECT_EQ(first_number_of(std::vector<std::string>{"volume_7.tif"}, 1), left);
  EXPECT_EQ(first_number_of(std::vector<std::string>{"s_99999999999999999999999.tif"}, 10), left);
  EXPECT_EQ(first_number_of(names_of({3, 20}), 10), certain(3)) << "too many; the stack says so";
}

TEST(FirstNumber, IsWaitedFor) {
  const os::TemporaryDirectory folder = os::TemporaryDirectory::create().value();
  const auto source = folder.path() / "scan";
  std::jthread writer([&] {
    std::filesystem::create_directories(source);
    for (const auto& name : names_of({6, 4, 5, 3})) {
      EXPECT_TRUE(os::replace_file(source / name, {}));
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_EQ(await_first_number(source, "*", 4, 60s, {}).value(), certain(3));
}

TEST(FirstNumber, PatienceAndStopRequestsEndTheWait) {
  const os::TemporaryDirectory folder = os::TemporaryDirectory::create().value();
  ASSERT_TRUE(os::replace_file(folder.path() / "slice_0005.tif", {}));
  const auto late = await_first_number(folder.path(), "*", 4, 50ms, {});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(late.error().message, testing::HasSubstr("1 of 4 slices"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(await_first_number(folder.path(), "*", 4, 1h, stop.get_token()).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace beamport::ingest
