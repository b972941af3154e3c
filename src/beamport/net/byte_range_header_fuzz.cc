// SPDX-License-Identifier: Apache-2.0
// Input: 8 bytes of object size (little endian), then the header. A chosen part always lies inside the object.

#include <cstddef>
#include <cstdint>
#include <span>

#include "beamport/base/bytes.h"
#include "beamport/base/check.h"
#include "beamport/net/byte_range_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < sizeof(std::uint64_t)) return 0;
  const beamport::ByteView bytes = std::as_bytes(std::span(data, size));
  const auto object_size = beamport::load_little<std::uint64_t>(bytes);
  const std::string_view header = beamport::as_text(bytes.subspan(sizeof(std::uint64_t)));
  const auto choice = beamport::net::choose_range(header, object_size);
  if (choice.kind != beamport::net::RangeKind::kPart) return 0;
  BEAMPORT_CHECK(choice.range.length > 0);
  BEAMPORT_CHECK(choice.range.offset < object_size);
  BEAMPORT_CHECK(choice.range.length <= object_size - choice.range.offset);
  return 0;
}
