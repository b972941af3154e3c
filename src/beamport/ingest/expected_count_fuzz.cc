// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "beamport/base/check.h"
#include "beamport/ingest/expected_count.h"

// Arbitrary text as a sidecar of every kind. What is accepted is within the limits.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::ingest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::array<std::string_view, 5> kNames{"beamport.json", "a_rec.log", "a.xtekct", "a.info", "a.txt"};
  for (const std::string_view name : kNames) {
    const auto said = read_sidecar(name, text);
    if (!said || !*said) continue;
    BEAMPORT_CHECK((*said)->slices >= 1 && (*said)->slices <= kMaxExpectedSlices);
    BEAMPORT_CHECK(!(*said)->first_number ||
                   (*(*said)->first_number >= 0 && *(*said)->first_number <= kMaxExpectedSlices));
  }
  return 0;
}
