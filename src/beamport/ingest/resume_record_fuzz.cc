// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "beamport/base/check.h"
#include "beamport/codec/crc32c.h"
#include "beamport/ingest/resume_record.h"

// Reads arbitrary bytes as a record. The first byte chooses: as they are, or with checksums that fit, so that the
// fields are reached. What is accepted is written again as it was read.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::ingest;
  constexpr std::size_t kHeader = 104;
  constexpr std::size_t kEntry = 76;
  if (size == 0) return 0;
  const ByteView input = std::as_bytes(std::span(data + 1, size - 1));
  Bytes bytes(input.begin(), input.end());
  const auto seal = [&](std::size_t begin, std::size_t length) {
    const MutableByteView part = MutableByteView(bytes).subspan(begin, length);
    store_little<std::uint32_t>(part.last(4), codec::crc32c(part.first(length - 4)));
  };
  if ((data[0] & 1U) != 0 && bytes.size() >= kHeader) {
    std::ranges::copy(as_byte_view("BPRESUME"), bytes.begin());
    store_little<std::uint32_t>(MutableByteView(bytes).subspan(8), 1);
    seal(0, kHeader);
    for (std::size_t at = kHeader; at + kEntry <= bytes.size(); at += kEntry) seal(at, kEntry);
  }
  const auto record = parse_resume_record(bytes);
  if (!record) return 0;
  const Bytes again = encode_resume_record(*record);
  BEAMPORT_CHECK(parse_resume_record(again).value() == *record);
  return 0;
}
