// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/display_name.h"

#include <gtest/gtest.h>

namespace beamport::catalog {
namespace {

TEST(DisplayName, DropsTheEnding) {
  EXPECT_EQ(display_name_of("a/scan_1.ome.zarr"), "a/scan_1");
  EXPECT_EQ(display_name_of("scan.zarr"), "scan");
  EXPECT_EQ(display_name_of("scan.zarr.zarr"), "scan.zarr");
}

TEST(DisplayName, KeepsUtf8) {
  EXPECT_EQ(display_name_of("Knochen-µCT-骨-🦴.zarr"), "Knochen-µCT-骨-🦴");
}

TEST(DisplayName, ReplacesWhatIsNotText) {
  EXPECT_EQ(display_name_of("a\xFF"
                            "b.zarr"),
            "a\uFFFDb");
  EXPECT_EQ(display_name_of("a\nb.zarr"), "a\uFFFDb");
  EXPECT_EQ(display_name_of("\xC3.zarr"), "\uFFFD");                                // cut short
  EXPECT_EQ(display_name_of("\xC0\xAF.zarr"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(display_name_of("\xED\xA0\x80.zarr"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(display_name_of("\xF4\x90\x80\x80.zarr"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond Unicode
}

}  // namespace
}  // namespace beamport::catalog
