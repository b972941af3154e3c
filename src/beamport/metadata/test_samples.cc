// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/test_samples.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "beamport/base/bytes.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/dialect.h"

namespace beamport::metadata {

std::filesystem::path sample(std::string_view name) {
  return std::filesystem::path(BEAMPORT_SOURCE_DIR) / "src/beamport/metadata/corpus/dialect" / name;
}

std::filesystem::path shared_data() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  if (const char* told = std::getenv("BEAMPORT_SHARED_DATA"); told != nullptr) return told;
  return std::filesystem::path(BEAMPORT_SOURCE_DIR) / ".." / "shared" / "data";
}

Result<Record> read_as(const std::string& name, std::string_view text) {
  const auto file = image::make_memory_reader(as_byte_view(text), name);
  return read_metadata(*file);
}

Record record_of(const std::filesystem::path& path) {
  auto record = read_metadata(path);
  EXPECT_TRUE(record) << record.error().message;
  return record ? std::move(*record) : Record();
}

std::string told(const Record& record, std::string_view name) {
  const Entry* entry = record.find(name);
  if (entry == nullptr) return "-";
  const Value& value = entry->value;
  return to_text(value.datum) + (value.unit.empty() ? "" : " " + value.unit) +
         (value.known == Known::kRead ? "" : " (" + std::string(name_of(value.known)) + ")");
}

}  // namespace beamport::metadata
