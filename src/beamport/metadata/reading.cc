// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/reading.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "beamport/metadata/utf8_text.h"

namespace beamport::metadata {
namespace {

bool says_nothing(const Datum& datum) {
  if (const auto* text = std::get_if<std::string>(&datum)) return text->empty();
  if (const auto* numbers = std::get_if<Numbers>(&datum)) return numbers->empty();
  if (const auto* texts = std::get_if<Texts>(&datum)) return texts->empty();
  return false;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// The list as one datum, if all its items are of one kind.
std::optional<Datum> list_datum(const JsonArray& array) {
  if (std::ranges::all_of(array, [](const Json& item) { return item.is_string(); })) {
    Texts texts;
    for (const Json& item : array) texts.emplace_back(item.get_string());
    return texts;
  }
  Numbers numbers;
  for (const Json& item : array) {
    if (!item.is_number()) return std::nullopt;
    const Datum number = number_datum(item);
    if (!std::holds_alternative<double>(number)) return std::nullopt;
    numbers.push_back(std::get<double>(number));
  }
  return numbers;
}

}  // namespace

Datum number_datum(const Json& number) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (const auto* whole = number.if_int64()) {
    if (*whole < -kExact || *whole > kExact) return fmt::format("{}", *whole);
    return static_cast<double>(*whole);
  }
  if (const auto* whole = number.if_uint64()) return fmt::format("{}", *whole);  // only those beyond int64
  return number.get_double();
}

Reading::Reading(std::string_view dialect, std::string_view file) : dialect_(dialect), file_(file) {}

void Reading::state(std::string_view place, Datum datum, std::string_view unit) {
  if (says_nothing(datum)) return;
  // A little more than a record holds, so that it says itself what is left out.
  if (statements_.size() > kRecordLimits.max_entries + 1) {
    record_.note(fmt::format("the file says more than {} things; what follows is left out", kRecordLimits.max_entries));
    return;
  }
  const std::string name(utf8_prefix(as_utf8(place), kRecordLimits.max_name_bytes));
  std::string key = name;
  while (!by_place_.try_emplace(key, statements_.size()).second)
    key = fmt::format("{} #{}", name, ++repeats_[name] + 1);
  statements_.push_back({std::move(key), std::move(datum), std::string(unit), false});
}

Reading::Statement* Reading::find(std::string_view place) noexcept {
  const auto found = by_place_.find(place);
  return found == by_place_.end() ? nullptr : &statements_[found->second];
}

const Datum* Reading::see(std::string_view place) const noexcept {
  const auto found = by_place_.find(place);
  return found == by_place_.end() ? nullptr : &statements_[found->second].datum;
}

std::optional<std::string> Reading::text(std::string_view place) const {
  const Datum* datum = see(place);
  const auto text = datum != nullptr ? as_type(*datum, FieldType::kText) : std::nullopt;
  return text ? std::optional(std::get<std::string>(*text)) : std::nullopt;
}

std::optional<double> Reading::number(std::string_view place) const {
  const Datum* datum = see(place);
  const auto number = datum != nullptr ? as_type(*datum, FieldType::kNumber) : std::nullopt;
  return number ? std::optional(std::get<double>(*number)) : std::nullopt;
}

std::vector<std::string> Reading::places_below(std::string_view prefix) const {
  std::vector<std::string> places;
  for (const Statement& statement : statements_) {
    if (statement.place.starts_with(prefix)) places.push_back(statement.place);
  }
  return places;
}

bool Reading::take(const Rule& rule) {
  const Statement* statement = find(rule.place);
  if (statement == nullptr || statement->used) return false;
  const std::string_view unit = statement->unit.empty() ? rule.unit : std::string_view(statement->unit);
  return put(rule.field, statement->datum, unit, rule.place);
}

void Reading::take_all(std::span<const Rule> rules) {
  for (const Rule& rule : rules) take(rule);
}

bool Reading::put(std::string_view field, Datum datum, std::string_view unit, std::span<const std::string_view> places,
                  Known known) {
  const Field* described = Schema::beamport().find(field);
  if (described == nullptr || says_nothing(datum)) return false;
  Value value{.datum = std::move(datum), .unit = std::string(unit), .known = known, .source = {.file = file_}};
  for (const std::string_view place : places) {
    value.source.place += (value.source.place.empty() ? "" : ", ") + std::string(place);
  }
  auto fitting = fitted(*described, std::move(value));
  if (!fitting) return false;
  record_.add(field, std::move(*fitting));
  for (const std::string_view place : places) {
    if (Statement* statement = find(place); statement != nullptr && known == Known::kRead) statement->used = true;
  }
  return true;
}

Record Reading::finish() {
  for (Statement& statement : statements_) {
    if (statement.used) continue;
    const auto unit = find_unit(statement.unit);
    record_.add(fmt::format("{}:{}", dialect_, statement.place),
                {.datum = std::move(statement.datum),
                 .unit = unit ? std::string(unit->symbol) : std::move(statement.unit),
                 .source = {.file = file_, .place = statement.place}});
  }
  statements_.clear();
  by_place_.clear();
  return std::move(record_);
}

std::string pointer_token(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

void state_json(Reading& reading, const Json& value, const std::string& pointer) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object) state_json(reading, item, pointer + "/" + pointer_token(key));
  } else if (const auto* array = value.if_array()) {
    if (auto list = list_datum(*array)) {
      reading.state(pointer, std::move(*list));
      return;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
      state_json(reading, (*array)[i], fmt::format("{}/{}", pointer, i));
    }
  } else if (const auto* text = value.if_string()) {
    reading.state(pointer, std::string(*text));
  } else if (const auto* flag = value.if_bool()) {
    reading.state(pointer, *flag);
  } else if (value.is_number()) {
    reading.state(pointer, number_datum(value));
  }
}

void state_ini(Reading& reading, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string section;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    if (line.starts_with('[') && line.ends_with(']')) {
      section = fmt::format("{} ", line);
    } else if (equals != std::string_view::npos) {
      reading.state(section + std::string(trimmed(line.substr(0, equals))),
                    std::string(trimmed(line.substr(equals + 1))));
    } else {
      reading.state(fmt::format("line {}", line_number), std::string(line));
    }
  }
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  text = trimmed(text);
  std::size_t end = 0;
  while (end < text.size() && std::string_view("+-.0123456789eE").find(text[end]) != std::string_view::npos) ++end;
  // "20eV" ends in letters that a number may have, too.
  for (; end > 0; --end) {
    if (const auto number = parse_number(text.substr(0, end))) {
      return Quantity{*number, std::string(trimmed(text.substr(end)))};
    }
  }
  return std::nullopt;
}

}  // namespace beamport::metadata
