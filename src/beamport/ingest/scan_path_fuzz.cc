// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "beamport/base/check.h"
#include "beamport/ingest/scan_path.h"

// The first line is compiled as a pattern, the rest is read as a path with it and with the beamline's. What is accepted
// is a path below the data directory.

namespace {

using namespace beamport;
using namespace beamport::ingest;

void read(const ScanPattern& pattern, std::string_view path) {
  const auto fields = pattern.read(path);
  if (!fields) {
    BEAMPORT_CHECK(fields.error().code == ErrorCode::kNotFound || fields.error().code == ErrorCode::kInvalidArgument);
    return;
  }
  const auto image = image_path_of(*fields);
  BEAMPORT_CHECK(image.has_value());
  BEAMPORT_CHECK(!image->starts_with('/') && !image->starts_with('.') && image->find("/.") == image->npos);
  BEAMPORT_CHECK(image->find('\0') == image->npos && image->find("//") == image->npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ScanPattern kBeamline = *ScanPattern::compile("<year>/<user>/<YYYYMMDD>/<scan>");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const std::string_view path = line == std::string_view::npos ? "" : text.substr(line + 1);
  read(kBeamline, path);
  if (const auto pattern = ScanPattern::compile(text.substr(0, line))) {
    BEAMPORT_CHECK(pattern->text() == text.substr(0, line) && pattern->depth() >= 1);
    read(*pattern, path);
  }
  return 0;
}
