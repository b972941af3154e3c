// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files for tests: our own samples of every dialect, which are the fuzz corpus too, and the real ones of the shared
// data.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "beamport/base/bytes.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/dialect.h"

namespace beamport::metadata {

inline std::filesystem::path sample(std::string_view name) {
  return std::filesystem::path(BEAMPORT_SOURCE_DIR) / "src/beamport/metadata/corpus/dialect" / name;
}

inline std::filesystem::path shared_data() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  if (const char* told = std::getenv("BEAMPORT_SHARED_DATA"); told != nullptr) return told;
  return std::filesystem::path(BEAMPORT_SOURCE_DIR) / ".." / "shared" / "data";
}

/// The record of a text as if it were a file of that name.
inline Result<Record> read_as(const std::string& name, std::string_view text) {
  const auto file = image::make_memory_reader(std::as_bytes(std::span(text)), name);
  return read_metadata(*file);
}

/// The record of the file; a failed test and an empty record when it cannot be read.
inline Record record_of(const std::filesystem::path& path) {
  auto record = read_metadata(path);
  EXPECT_TRUE(record) << record.error().message;
  return record ? std::move(*record) : Record();
}

/// "18.5 keV (read)" of the value that counts, "-" when there is none.
inline std::string told(const Record& record, std::string_view name) {
  const Entry* entry = record.find(name);
  if (entry == nullptr) return "-";
  const Value& value = entry->value;
  return to_text(value.datum) + (value.unit.empty() ? "" : " " + value.unit) +
         (value.known == Known::kRead ? "" : " (" + std::string(name_of(value.known)) + ")");
}

}  // namespace beamport::metadata
