// SPDX-License-Identifier: Apache-2.0
#include "metadata_table.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport::app {
namespace {

using metadata::Field;
using metadata::Value;

constexpr std::size_t kNameWidth = 26;
constexpr std::size_t kValueWidth = 44;
constexpr std::size_t kPlaceWidth = 70;

bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t characters = characters_of(text);
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

std::string value_text(const Value& value) {
  std::string text = one_line(to_text(value.datum), kValueWidth - 1);
  if (const auto* list = std::get_if<metadata::Numbers>(&value.datum); list != nullptr && list->size() > 8) {
    text = fmt::format("{} numbers, {} … {}", list->size(), list->front(), list->back());
  }
  return value.unit.empty() ? text : fmt::format("{} {}", text, one_line(value.unit, kValueWidth));
}

std::string line_of(std::string_view name, const Value& value) {
  const std::string_view file = value.source.file;
  const std::string_view base = file.substr(file.rfind('/') + 1);
  const std::string stated = value.stated.empty() ? "" : fmt::format(" ({})", one_line(value.stated, kValueWidth));
  return fmt::format("  {} {} {:<8} {}{}\n", padded(std::string(name), kNameWidth),
                     padded(value_text(value), kValueWidth), name_of(value.known),
                     one_line(fmt::format("{} {}", base, value.source.place), kPlaceWidth), stated);
}

std::vector<std::string> names_of(const std::vector<const Field*>& fields) {
  std::vector<std::string> names;
  for (const Field* field : fields) names.push_back(field->name);
  return names;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t max_characters) {
  std::string line;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_continuation(text[i])) {
      line += text[i];
      continue;
    }
    if (characters >= max_characters) {
      line += "…";
      break;
    }
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F) {
      line += fmt::format("\\x{:02x}", byte);
      characters += 4;
    } else if (c1) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
      characters += 4;
    } else {
      line += text[i];
      ++characters;
    }
  }
  return line;
}

std::string metadata_table(const metadata::Record& record, const metadata::Schema& schema) {
  std::string out;
  std::string group;
  for (const auto* entry : in_schema_order(record, schema)) {
    const auto& [name, values] = *entry;
    const Field* field = schema.find(name);
    const std::string& heading = field == nullptr ? "not in the schema" : field->group;
    if (heading != group) out += fmt::format("{}{}\n", out.empty() ? "" : "\n", heading);
    group = heading;
    out += line_of(one_line(name, kPlaceWidth), values.value);
    for (const Value& value : values.conflicts) out += line_of("  disagrees:", value);
  }
  if (!record.notes().empty()) out += "\nnotes\n";
  for (const std::string& note : record.notes()) out += fmt::format("  {}\n", one_line(note, 200));
  return out;
}

std::string completeness_text(const metadata::Completeness& completeness) {
  std::string out = fmt::format("known: {} of {} fields that are needed, {:.0f} %\n", completeness.known(),
                                completeness.needed(), 100 * completeness.score());
  for (const metadata::PurposeCompleteness& purpose : completeness.purposes) {
    const char* what = purpose.purpose == metadata::Purpose::kFinding ? "to find it"
                       : purpose.purpose == metadata::Purpose::kScan  ? "to repeat the scan"
                                                                      : "to repeat the reconstruction";
    if (purpose.needed == 0) continue;
    out += fmt::format("  {}: {} of {}", what, purpose.known(), purpose.needed);
    if (!purpose.missing.empty()) out += fmt::format("; missing: {}", fmt::join(names_of(purpose.missing), ", "));
    out += "\n";
  }
  if (!completeness.conflicting.empty()) {
    out += fmt::format("  sources disagree: {}\n", fmt::join(names_of(completeness.conflicting), ", "));
  }
  if (!completeness.doubtful.empty()) {
    out += fmt::format("  unit not understood: {}\n", fmt::join(names_of(completeness.doubtful), ", "));
  }
  return out;
}

}  // namespace beamport::app
