// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/crc32c.h"

#include <algorithm>

#include <isa-l/crc.h>

namespace beamport::codec {

std::uint32_t crc32c(ByteView bytes, std::uint32_t previous) noexcept {
  // ISA-L takes the length as int and leaves the two inversions of the checksum to its caller.
  constexpr std::size_t kMaxRun = std::size_t{1} << 30;
  std::uint32_t state = ~previous;
  while (!bytes.empty()) {
    const ByteView run = bytes.first(std::min(bytes.size(), kMaxRun));
    auto* data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(run.data()));
    state = crc32_iscsi(data, static_cast<int>(run.size()), state);
    bytes = bytes.subspan(run.size());
  }
  return ~state;
}

}  // namespace beamport::codec
