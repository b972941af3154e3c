// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include "embedded/metadata_schema_files.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/bytes.h"
#include "beamport/base/check.h"
#include "beamport/base/json.h"
#include "beamport/metadata/embedded_file.h"

namespace beamport::metadata {
namespace {

constexpr std::size_t kMaxSchemaBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFields = 2000;
constexpr std::size_t kMaxNameBytes = 64;

template <typename E>
using Names = std::pair<E, std::string_view>;

constexpr std::array kNeeds = std::to_array<Names<Need>>(
    {{Need::kRequired, "required"}, {Need::kRecorded, "recorded"}, {Need::kDerived, "derived"}});
constexpr std::array kPurposes = std::to_array<Names<Purpose>>(
    {{Purpose::kFinding, "finding"}, {Purpose::kScan, "scan"}, {Purpose::kReconstruction, "reconstruction"}});
constexpr std::array kConditions = std::to_array<Names<Condition>>({{Condition::kAlways, "always"},
                                                                    {Condition::kRaw, "raw"},
                                                                    {Condition::kReconstructed, "reconstructed"},
                                                                    {Condition::kTiles, "tiles"},
                                                                    {Condition::kPhase, "phase"},
                                                                    {Condition::kRescaled, "rescaled"},
                                                                    {Condition::kStitched, "stitched"}});

template <typename Table, typename E>
std::string_view word_of(const Table& table, E value) noexcept {
  for (const auto& [known, word] : table) {
    if (known == value) return word;
  }
  return {};
}

/// Reads the members of one object of the file; what is not asked for is unknown.
class FieldReader {
 public:
  explicit FieldReader(const JsonObject& object) : object_(object) {}

  Result<std::string> text(std::string_view key, bool may_be_absent = false) {
    const Json* value = find(key);
    if (value == nullptr && may_be_absent) return std::string();
    if (value == nullptr || !value->is_string()) return complain(key, "must be text");
    return std::string(value->get_string());
  }

  Result<bool> flag(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) return complain(key, "must be true or false");
    return value->get_bool();
  }

  Result<std::vector<std::string>> texts(std::string_view key) {
    std::vector<std::string> items;
    const Json* value = find(key);
    if (value == nullptr) return items;
    if (!value->is_array()) return complain(key, "must be a list of texts");
    for (const Json& item : value->get_array()) {
      if (!item.is_string()) return complain(key, "must be a list of texts");
      items.emplace_back(item.get_string());
    }
    return items;
  }

  template <typename Table>
  auto word(std::string_view key, const Table& table, std::string_view otherwise)
      -> Result<typename Table::value_type::first_type> {
    BEAMPORT_ASSIGN(std::string said, text(key, !otherwise.empty()));
    if (said.empty()) said = otherwise;
    std::vector<std::string_view> choices;
    for (const auto& [value, word] : table) {
      if (word == said) return value;
      choices.push_back(word);
    }
    return complain(key, fmt::format("must be one of {}", fmt::join(choices, ", ")));
  }

  Result<void> nothing_else() const {
    for (const auto& entry : object_) {
      const std::string_view key = entry.key();
      if (std::ranges::find(asked_, key) == asked_.end()) return complain(key, "is not a known member");
    }
    return {};
  }

  [[nodiscard]] static Failure complain(std::string_view key, std::string_view reason) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} {}", key, reason));
  }

 private:
  const Json* find(std::string_view key) {
    asked_.push_back(key);
    return object_.if_contains(key);
  }

  const JsonObject& object_;
  std::vector<std::string_view> asked_;
};

Result<Field> read_field(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::kInvalidArgument, "must be an object");
  FieldReader reader(json.get_object());
  Field field;
  BEAMPORT_ASSIGN(field.name, reader.text("name"));
  if (!is_field_name(field.name)) return reader.complain("name", "must be a-z, 0-9 and _, a letter first");
  BEAMPORT_ASSIGN(field.group, reader.text("group"));
  BEAMPORT_ASSIGN(const std::string type, reader.text("type"));
  const auto known_type = parse_field_type(type);
  if (!known_type) {
    return reader.complain("type", "must be one of text, number, integer, flag, time, numbers, texts");
  }
  field.type = *known_type;
  BEAMPORT_ASSIGN(field.keyed, reader.flag("keyed"));
  BEAMPORT_ASSIGN(field.unit, reader.text("unit", true));
  if (!field.unit.empty() && !find_unit(field.unit)) return reader.complain("unit", "is not a unit that is known");
  BEAMPORT_ASSIGN(field.need, reader.word("need", kNeeds, "recorded"));
  BEAMPORT_ASSIGN(field.purpose, reader.word("for", kPurposes, "finding"));
  BEAMPORT_ASSIGN(field.when, reader.word("when", kConditions, "always"));
  BEAMPORT_ASSIGN(field.alternatives, reader.texts("or"));
  BEAMPORT_ASSIGN(field.term, reader.text("term", true));
  BEAMPORT_ASSIGN(field.text, reader.text("text"));
  BEAMPORT_ASSIGN(field.from, reader.texts("from"));
  BEAMPORT_ASSIGN(field.from_unit, reader.text("from_unit", true));
  BEAMPORT_TRY(reader.nothing_else());
  return field;
}

}  // namespace

std::string_view name_of(Need need) noexcept {
  return word_of(kNeeds, need);
}
std::string_view name_of(Purpose purpose) noexcept {
  return word_of(kPurposes, purpose);
}
std::string_view name_of(Condition condition) noexcept {
  return word_of(kConditions, condition);
}

bool is_field_name(std::string_view name) noexcept {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kMaxNameBytes && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); });
}

const Schema& Schema::beamport() {
  static const Schema kSchema = [] {
    const auto files = metadata_schema_files();
    BEAMPORT_CHECK(files.size() == 1);
    auto schema = parse(as_text(files.front().bytes));
    BEAMPORT_CHECK(schema.has_value());
    return std::move(*schema);
  }();
  return kSchema;
}

Result<Schema> Schema::parse(std::string_view json) {
  BEAMPORT_ASSIGN(const Json value, parse_json(json, {.max_bytes = kMaxSchemaBytes, .max_depth = 8}));
  const JsonObject* object = value.if_object();
  const Json* name = object != nullptr ? object->if_contains("schema") : nullptr;
  const Json* version = object != nullptr ? object->if_contains("version") : nullptr;
  const Json* fields = object != nullptr ? object->if_contains("fields") : nullptr;
  const auto number = version != nullptr ? number_in<int>(*version) : std::nullopt;
  if (name == nullptr || !name->is_string() || !number || fields == nullptr || !fields->is_array()) {
    return fail(ErrorCode::kInvalidArgument,
                R"(a schema is {"schema": "name", "version": 1, "fields": [{"name": ...}, ...]})");
  }
  if (fields->get_array().size() > kMaxFields) {
    return fail(ErrorCode::kOutOfRange, fmt::format("more than {} fields", kMaxFields));
  }
  Schema schema;
  schema.name_ = std::string_view(name->get_string());
  schema.version_ = *number;
  std::size_t index = 0;
  for (const Json& item : fields->get_array()) {
    const auto where = in_context(fmt::format("/fields/{}", index++));
    BEAMPORT_ASSIGN(Field field, read_field(item).map_error(where));
    BEAMPORT_TRY(schema.add(std::move(field)).map_error(where));
  }
  return schema;
}

Result<void> Schema::add(Field field) {
  if (by_name_.contains(field.name)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("there is a field {} already", field.name));
  }
  for (const std::string& origin : field.from) {
    if (!by_origin_.try_emplace(origin, fields_.size()).second) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} becomes another field already", origin));
    }
  }
  by_name_.emplace(field.name, fields_.size());
  fields_.push_back(std::move(field));
  return {};
}

Result<Schema> Schema::extended_by(const Schema& facility) const {
  Schema both = *this;
  for (const Field& field : facility.fields_) BEAMPORT_TRY(both.add(field));
  return both;
}

const Field* Schema::find(std::string_view name) const noexcept {
  const std::size_t index = order_of(name);
  return index < fields_.size() ? &fields_[index] : nullptr;
}

std::size_t Schema::order_of(std::string_view name) const noexcept {
  const std::size_t dot = name.find('.');
  const auto found = by_name_.find(name.substr(0, dot));
  if (found == by_name_.end()) return fields_.size();
  const bool has_key = dot != std::string_view::npos && dot + 1 < name.size();
  const bool fits = fields_[found->second].keyed ? has_key : dot == std::string_view::npos;
  return fits ? found->second : fields_.size();
}

const Field* Schema::find_origin(std::string_view unknown_name) const noexcept {
  const auto found = by_origin_.find(unknown_name);
  return found == by_origin_.end() ? nullptr : &fields_[found->second];
}

}  // namespace beamport::metadata
