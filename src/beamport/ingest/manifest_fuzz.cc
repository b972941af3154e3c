// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/codec/crc32c.h"
#include "beamport/ingest/manifest.h"

// Reads arbitrary text as a manifest, as it is and with an end line whose checksum fits, so that the lines are reached.
// What is accepted is exactly what would be written.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport;
  using namespace beamport::ingest;
  std::string text(as_text(std::as_bytes(std::span(data, size))));
  if (const auto manifest = Manifest::parse(text)) BEAMPORT_CHECK(manifest->encode() == text);
  text.insert(0, "beamport manifest 1\n");
  if (!text.ends_with('\n')) text += '\n';
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  text += fmt::format("end {} {:08x}\n", lines - 1, codec::crc32c(as_byte_view(text)));
  if (const auto manifest = Manifest::parse(text)) BEAMPORT_CHECK(manifest->encode() == text);
  return 0;
}
