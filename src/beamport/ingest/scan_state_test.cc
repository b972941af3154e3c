// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_state.h"

#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

using enum ScanState;
constexpr ScanState kAll[] = {kNoticed,   kSettling, kConverting, kVerifying,
                              kPublished, kFailed,   kSuperseded, kCancelled};

TEST(ScanState, OnlyTheseStepsFollowEachOther) {
  const std::set<std::pair<ScanState, ScanState>> legal{
      {kNoticed, kSettling},     {kNoticed, kFailed},        {kNoticed, kCancelled},    {kNoticed, kSuperseded},
      {kSettling, kNoticed},     {kSettling, kConverting},   {kSettling, kFailed},      {kSettling, kCancelled},
      {kSettling, kSuperseded},  {kConverting, kNoticed},    {kConverting, kVerifying}, {kConverting, kFailed},
      {kConverting, kCancelled}, {kConverting, kSuperseded}, {kVerifying, kNoticed},    {kVerifying, kConverting},
      {kVerifying, kPublished},  {kVerifying, kFailed},      {kVerifying, kCancelled},  {kVerifying, kSuperseded},
      {kPublished, kSuperseded}, {kFailed, kNoticed},        {kFailed, kSettling},      {kFailed, kCancelled},
      {kFailed, kSuperseded},    {kCancelled, kNoticed},
  };
  for (const ScanState from : kAll) {
    for (const ScanState to : kAll) {
      EXPECT_EQ(may_follow(from, to), legal.contains({from, to})) << wire_name_of(from) << " to " << wire_name_of(to);
    }
  }
}

TEST(ScanState, NothingIsPublishedThatWasNotVerified) {
  for (const ScanState from : kAll) EXPECT_EQ(may_follow(from, kPublished), from == kVerifying);
}

TEST(ScanState, HasAWordForEverybody) {
  for (const ScanState state : kAll) EXPECT_EQ(parse_wire_name<ScanState>(wire_name_of(state)), state);
  EXPECT_EQ(wire_name_of(kNoticed), "noticed");
}

}  // namespace
}  // namespace beamport::ingest
