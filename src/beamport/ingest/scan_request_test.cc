// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_request.h"

#include <gtest/gtest.h>

namespace beamport::ingest {
namespace {

ScanRequest request() {
  return {.source = "/beamline/anna/s1",
          .output = "anna/20260101/s1.ome.zarr",
          .user = "anna",
          .date = "20260101",
          .name = "s1"};
}

TEST(ScanRequest, OneSourceHasOnePathHoweverItIsWritten) {
  for (const char* path :
       {"/beamline/anna/s1", "/beamline/anna/s1/", "//beamline/./anna//s1/", "/beamline/anna/s0/../s1"}) {
    ScanRequest told = request();
    told.source = path;
    EXPECT_EQ(checked_request(told).value().source, "/beamline/anna/s1");
  }
}

TEST(ScanRequest, AnImageStaysBelowTheDataDirectory) {
  for (const char* path : {"", ".", "..", "../x.ome.zarr", "a/../../x.ome.zarr", "/x.ome.zarr", "a/.."}) {
    ScanRequest told = request();
    told.output = path;
    const auto checked = checked_request(told);
    ASSERT_FALSE(checked) << path;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(ScanRequest, WhatCannotBeMeantIsRefused) {
  const auto is_refused = [](auto change) {
    ScanRequest told = request();
    change(told);
    const auto checked = checked_request(told);
    return !checked && checked.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.source = "relative"; }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.source = std::string("/a\0b", 4); }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.source = "/" + std::string(5000, 'x'); }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.user = std::string(2000, 'x'); }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.expected_slices = 0; }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.first_number = -1; }));
  EXPECT_TRUE(is_refused([](ScanRequest& r) { r.source_bytes = -1; }));
  EXPECT_FALSE(is_refused([](ScanRequest& r) { r.expected_slices = 1; }));
}

TEST(ScanRequest, ALaterTriggerAddsWhatWasNotKnown) {
  ScanRequest known = request();
  ScanRequest later = request();
  later.expected_slices = 2000;
  later.first_number = 1;
  later.content = "c";
  later.source_bytes = 5;
  EXPECT_TRUE(merge_request(known, later).value());
  EXPECT_EQ(known, later);
  EXPECT_FALSE(merge_request(known, later).value());
  EXPECT_FALSE(merge_request(known, request()).value());  // one that knows less takes nothing away
  EXPECT_EQ(known, later);
}

TEST(ScanRequest, TriggersThatContradictEachOtherAreAnError) {
  ScanRequest known = request();
  known.expected_slices = 2000;
  known.first_number = 0;
  const auto contradicts = [&](auto change) {
    ScanRequest later = request();
    change(later);
    ScanRequest merged = known;
    const auto done = merge_request(merged, later);
    return !done && done.error().code == ErrorCode::kFailedPrecondition;
  };
  EXPECT_TRUE(contradicts([](ScanRequest& r) { r.expected_slices = 1999; }));
  EXPECT_TRUE(contradicts([](ScanRequest& r) { r.first_number = 1; }));
  EXPECT_TRUE(contradicts([](ScanRequest& r) { r.output = "anna/20260101/s2.ome.zarr"; }));
  EXPECT_TRUE(contradicts([](ScanRequest& r) { r.user = "berta"; }));
  EXPECT_FALSE(contradicts([](ScanRequest& r) { r.trigger = ScanTrigger::kHttp; }));
}

}  // namespace
}  // namespace beamport::ingest
