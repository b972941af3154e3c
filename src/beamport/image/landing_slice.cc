// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/landing_slice.h"

#include <cstddef>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport::image {
namespace {

constexpr std::size_t kRangesInMessage = 8;

}  // namespace

// Copying tools set the times after closing. That tells itself by the kernel's own time, which writing sets to the
// same; and writing would have been announced.
FrameState state_of(const LandedSlice& slice, const os::FileStamp& stamp) noexcept {
  const bool only_times_were_set = slice.is_announced && stamp.inode == slice.stamp.inode &&
                                   stamp.size == slice.stamp.size && stamp.modified_ns != stamp.changed_ns;
  const bool is_unchanged = same_content(stamp, slice.stamp) || only_times_were_set;
  return {is_unchanged ? slice.landings : 0, stamp};
}

std::string describe_missing(std::span<const LandedSlice> slices, const LandingNames& names) {
  std::vector<std::string> shown;
  std::size_t ranges = 0;
  std::size_t missing = 0;
  for (std::size_t z = 0; z < slices.size(); ++z) {
    if (!slices[z].name.empty()) continue;
    const std::size_t begin = z;
    while (z + 1 < slices.size() && slices[z + 1].name.empty()) ++z;
    missing += z + 1 - begin;
    if (++ranges > kRangesInMessage) continue;
    const std::string first = names.name_of(static_cast<std::int64_t>(begin));
    shown.push_back(begin == z ? first : fmt::format("{} to {}", first, names.name_of(static_cast<std::int64_t>(z))));
  }
  if (ranges > kRangesInMessage) shown.push_back(fmt::format("{} more gaps", ranges - kRangesInMessage));
  return fmt::format("{} of {} slices missing: {}", missing, slices.size(), fmt::join(shown, ", "));
}

}  // namespace beamport::image
