// SPDX-License-Identifier: Apache-2.0
#pragma once

// One slice of a stack that is landing, as it was when it became complete, and how to tell whether it still is. Pure
// values and functions.

#include <cstdint>
#include <span>
#include <string>

#include "beamport/image/frame_source.h"
#include "beamport/image/landing_names.h"
#include "beamport/os/file_stamp.h"

namespace beamport::image {

struct LandedSlice {
  std::string name;  // empty: not complete
  os::FileStamp stamp;
  bool is_announced = false;
  std::uint64_t landings = 0;  // how often it became complete: its version
};

/// What a complete slice is, now that its file looks like that.
[[nodiscard]] FrameState state_of(const LandedSlice& slice, const os::FileStamp& stamp) noexcept;

/// "3 of 12 slices missing: slice_0002.tif, slice_0005.tif to slice_0006.tif"; all slices of the stack, in order.
[[nodiscard]] std::string describe_missing(std::span<const LandedSlice> slices, const LandingNames& names);

}  // namespace beamport::image
