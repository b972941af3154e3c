// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes, a parsed target keeps its promises: its segments can name files below a root.

#include <cstddef>
#include <cstdint>

#include "beamport/base/check.h"
#include "beamport/net/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const beamport::net::TargetLimits limits;
  const auto target = beamport::net::parse_target(text, limits);
  if (!target) return 0;
  BEAMPORT_CHECK(target->segments.size() <= limits.max_segments);
  BEAMPORT_CHECK(target->query.size() <= limits.max_parameters);
  for (const std::string& segment : target->segments) {
    BEAMPORT_CHECK(!segment.empty() && segment.size() <= limits.max_segment_bytes);
    BEAMPORT_CHECK(segment != "." && segment != "..");
    BEAMPORT_CHECK(segment.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos);
  }
  for (const auto& [name, value] : target->query) BEAMPORT_CHECK(target->parameter(name) == value);
  return 0;
}
