// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "beamport/base/check.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/completeness.h"
#include "beamport/metadata/dialect.h"
#include "beamport/metadata/export.h"
#include "beamport/metadata/utf8_text.h"

// Arbitrary bytes as a file of every dialect. At most one dialect wants them under any name; what a reader accepts is a
// record within its limits that reads back from its JSON as it was.

namespace {

using namespace beamport;
using namespace beamport::metadata;

void check_value(const Value& value) {
  BEAMPORT_CHECK(is_utf8(value.unit) && is_utf8(value.source.place) && is_utf8(value.stated));
  if (const auto* text = std::get_if<std::string>(&value.datum)) {
    BEAMPORT_CHECK(is_utf8(*text) && text->size() <= kRecordLimits.max_text_bytes);
  } else if (const auto* number = std::get_if<double>(&value.datum)) {
    BEAMPORT_CHECK(std::isfinite(*number));
  } else if (const auto* numbers = std::get_if<Numbers>(&value.datum)) {
    BEAMPORT_CHECK(std::ranges::all_of(*numbers, [](double v) { return std::isfinite(v); }));
  } else if (const auto* texts = std::get_if<Texts>(&value.datum)) {
    BEAMPORT_CHECK(std::ranges::all_of(*texts, [](const std::string& text) { return is_utf8(text); }));
  }
}

void check_record(const Record& record) {
  BEAMPORT_CHECK(record.entries().size() <= kRecordLimits.max_entries);
  for (const auto& [name, entry] : record.entries()) {
    BEAMPORT_CHECK(is_utf8(name));
    check_value(entry.value);
    for (const Value& value : entry.conflicts) check_value(value);
  }
  const Schema& schema = Schema::beamport();
  const auto json = parse_json(write_json(to_json(record, schema)), {.max_bytes = std::size_t{64} << 20});
  BEAMPORT_CHECK(json.has_value());
  const auto back = record_from_json(*json);
  BEAMPORT_CHECK(back.has_value() && *back == record);
  BEAMPORT_CHECK(parse_json(write_json(to_json_ld(record, schema)), {.max_bytes = std::size_t{64} << 20}));
  BEAMPORT_CHECK(parse_json(write_json(to_scicat(record, schema)), {.max_bytes = std::size_t{64} << 20}));
  BEAMPORT_CHECK(!to_csv(record, schema).empty());
  const double score = completeness_of(record, schema).score();
  BEAMPORT_CHECK(score >= 0 && score <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::array<std::string_view, 6> kNames{
      "a.json", "beamtime-metadata-1.json", "a.log", "a_rec.log", "a.xtekct", "a.tif"};
  for (const std::string_view name : kNames) {
    int takers = 0;
    for (const Dialect& dialect : dialects()) takers += dialect.sniff(name, text.substr(0, kHeadBytes)) ? 1 : 0;
    BEAMPORT_CHECK(takers <= 1);
  }
  const auto file = image::make_memory_reader(bytes, "a");
  for (const Dialect& dialect : dialects()) {
    if (const auto record = dialect.read(*file)) check_record(*record);
  }
  return 0;
}
