// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "beamport/base/check.h"
#include "beamport/metadata/export.h"

// Arbitrary text as the metadata of an image. What is accepted is written and read again without a change.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::metadata;
  const auto json = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const auto record = record_from_json(*json);
  if (!record) return 0;
  const auto again = parse_json(write_json(to_json(*record, Schema::beamport())), {.max_bytes = std::size_t{64} << 20});
  BEAMPORT_CHECK(again.has_value());
  const auto back = record_from_json(*again);
  BEAMPORT_CHECK(back.has_value() && *back == *record);
  return 0;
}
