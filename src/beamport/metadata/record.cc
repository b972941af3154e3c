// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "beamport/metadata/utf8_text.h"

namespace beamport::metadata {
namespace {

constexpr std::array kKnownNames = std::to_array<std::pair<Known, std::string_view>>({
    {Known::kDefault, "default"},
    {Known::kDerived, "derived"},
    {Known::kRead, "read"},
    {Known::kTyped, "typed"},
});

bool agree(const Value& a, const Value& b) noexcept {
  return a.unit == b.unit && says_the_same(a.datum, b.datum);
}

/// Numbers that are none become the text that says so.
Datum finite(Datum datum) {
  if (const auto* number = std::get_if<double>(&datum); number != nullptr && !std::isfinite(*number)) {
    return number_text(*number);
  }
  if (const auto* numbers = std::get_if<Numbers>(&datum);
      numbers != nullptr && !std::ranges::all_of(*numbers, [](double v) { return std::isfinite(v); })) {
    Texts texts;
    for (const double item : *numbers) texts.push_back(number_text(item));
    return texts;
  }
  return datum;
}

std::string bounded_text(std::string_view text, std::size_t max_bytes) {
  return std::string(utf8_prefix(as_utf8(text), max_bytes));
}

std::size_t weight_of(const Value& value) noexcept {
  return weight_of(value.datum) + value.source.file.size() + value.source.place.size() + value.stated.size();
}

/// Numbers in the unit of the field; the text of what they were, if that changed them.
std::optional<std::string> convert_numbers(Datum& datum, const Unit& from, const Unit& to) {
  if (from.symbol == to.symbol) return std::nullopt;
  Datum converted = datum;
  if (auto* number = std::get_if<double>(&converted)) {
    const auto result = convert(*number, from, to);
    if (!result) return std::nullopt;
    *number = *result;
  } else if (auto* numbers = std::get_if<Numbers>(&converted)) {
    for (double& item : *numbers) {
      const auto result = convert(item, from, to);
      if (!result) return std::nullopt;
      item = *result;
    }
  } else {
    return std::nullopt;
  }
  constexpr std::size_t kMaxStated = 200;
  std::string stated = fmt::format("{} {}", to_text(datum), from.symbol);
  if (stated.size() > kMaxStated) stated = fmt::format("in {}", from.symbol);
  datum = std::move(converted);
  return stated;
}

}  // namespace

std::string_view name_of(Known known) noexcept {
  return std::ranges::find(kKnownNames, known, &std::pair<Known, std::string_view>::first)->second;
}

std::optional<Known> parse_known(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kKnownNames, name, &std::pair<Known, std::string_view>::second);
  return found == kKnownNames.end() ? std::nullopt : std::optional(found->first);
}

void Record::note(std::string_view text) {
  const std::string bounded = bounded_text(text, kRecordLimits.max_text_bytes);
  if (std::ranges::find(notes_, bounded) != notes_.end()) return;
  if (notes_.size() < kRecordLimits.max_notes) notes_.push_back(bounded);
}

void Record::bound(std::string_view name, Value& value) {
  const RecordLimits& limits = kRecordLimits;
  value.datum = finite(std::move(value.datum));
  if (auto* text = std::get_if<std::string>(&value.datum)) {
    std::string utf8 = as_utf8(*text);
    if (utf8.size() > limits.max_text_bytes) {
      note(fmt::format("{}: only the first {} of {} bytes are kept", name, limits.max_text_bytes, utf8.size()));
    }
    *text = utf8_prefix(utf8, limits.max_text_bytes);
  } else if (auto* texts = std::get_if<Texts>(&value.datum)) {
    if (texts->size() > limits.max_items) {
      note(fmt::format("{}: only the first {} of {} items are kept", name, limits.max_items, texts->size()));
      texts->resize(limits.max_items);
    }
    for (std::string& item : *texts) item = bounded_text(item, limits.max_text_bytes);
  } else if (auto* numbers = std::get_if<Numbers>(&value.datum); numbers != nullptr) {
    if (numbers->size() > limits.max_items) {
      note(fmt::format("{}: only the first {} of {} numbers are kept", name, limits.max_items, numbers->size()));
      numbers->resize(limits.max_items);
    }
  }
  value.unit = bounded_text(value.unit, limits.max_name_bytes);
  value.source.file = bounded_text(value.source.file, limits.max_text_bytes);
  value.source.place = bounded_text(value.source.place, limits.max_text_bytes);
  value.stated = bounded_text(value.stated, limits.max_text_bytes);
}

void Record::add(std::string_view name, Value value) {
  const RecordLimits& limits = kRecordLimits;
  const std::string key = bounded_text(name, limits.max_name_bytes);
  if (key.empty()) return;
  bound(key, value);
  const std::size_t weight = key.size() + weight_of(value);
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= limits.max_entries || total_bytes_ + weight > limits.max_total_bytes) {
      note(fmt::format("more than a record holds ({} fields, {} bytes); left out: {} and what follows",
                       limits.max_entries, limits.max_total_bytes, key));
      return;
    }
    total_bytes_ += weight;
    entries_.emplace(key, Entry{std::move(value)});
    return;
  }
  // All values of the field in order of precedence, the new one behind those that count as much.
  Entry& entry = found->second;
  std::vector<Value> values = std::move(entry.conflicts);
  values.insert(values.begin(), std::move(entry.value));
  auto place = std::ranges::find_if(values, [&](const Value& v) { return v.known < value.known; });
  const bool said_before = std::any_of(values.begin(), place, [&](const Value& v) { return agree(v, value); });
  if (!said_before) {
    std::erase_if(values, [&](const Value& v) { return v.known < value.known && agree(v, value); });
    place = std::ranges::find_if(values, [&](const Value& v) { return v.known < value.known; });
    if (total_bytes_ + weight > limits.max_total_bytes) {
      note(fmt::format("{}: another value is left out, the record is full", key));
    } else {
      total_bytes_ += weight;
      values.insert(place, std::move(value));
    }
  }
  if (values.size() > limits.max_values_per_field) {
    note(fmt::format("{}: only the first {} of the values that disagree are kept", key, limits.max_values_per_field));
    values.resize(limits.max_values_per_field);
  }
  entry.value = std::move(values.front());
  values.erase(values.begin());
  entry.conflicts = std::move(values);
}

void Record::merge(const Record& other) {
  for (const auto& [name, entry] : other.entries_) {
    add(name, entry.value);
    for (const Value& value : entry.conflicts) add(name, value);
  }
  for (const std::string& text : other.notes_) note(text);
}

const Entry* Record::find(std::string_view name) const noexcept {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<const Record::Entries::value_type*> in_schema_order(const Record& record, const Schema& schema) {
  std::vector<const Record::Entries::value_type*> ordered;
  ordered.reserve(record.entries().size());
  for (const auto& entry : record.entries()) ordered.push_back(&entry);
  std::ranges::sort(ordered, {}, [&](const auto* entry) {
    return std::pair(schema.order_of(entry->first), std::string_view(entry->first));
  });
  return ordered;
}

std::optional<Value> fitted(const Field& field, Value value) {
  auto datum = as_type(value.datum, field.type);
  if (!datum) return std::nullopt;
  value.datum = std::move(*datum);
  const auto unit = find_unit(value.unit);
  if (!unit) return value;
  value.unit = unit->symbol;
  if (field.unit.empty()) {
    if (unit->symbol == "1") value.unit.clear();
    return value;
  }
  const auto wanted = find_unit(field.unit);
  if (!wanted || wanted->dimension != unit->dimension) return value;
  if (auto stated = convert_numbers(value.datum, *unit, *wanted)) {
    value.stated = std::move(*stated);
    value.unit = wanted->symbol;
  }
  return value;
}

Record with_known_names(const Record& record, const Schema& schema) {
  Record result;
  const auto take = [&](const std::string& name, Value value) {
    if (const Field* field = schema.find_origin(name); field != nullptr) {
      if (value.unit.empty()) value.unit = field->from_unit;
      if (auto known = fitted(*field, value)) {
        result.add(field->name, std::move(*known));
        return;
      }
    }
    result.add(name, std::move(value));
  };
  for (const auto& [name, entry] : record.entries()) {
    take(name, entry.value);
    for (const Value& value : entry.conflicts) take(name, value);
  }
  for (const std::string& text : record.notes()) result.note(text);
  return result;
}

}  // namespace beamport::metadata
