// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "beamport/base/check.h"
#include "beamport/metadata/schema.h"

// Arbitrary text as a facility's schema. Every field that is accepted is found by its name.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace beamport::metadata;
  const auto schema = Schema::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!schema) return 0;
  for (const Field& field : schema->fields()) {
    BEAMPORT_CHECK(schema->find(field.keyed ? field.name + ".x" : field.name) == &field);
    for (const auto& origin : field.from) BEAMPORT_CHECK(schema->find_origin(origin) == &field);
  }
  return 0;
}
