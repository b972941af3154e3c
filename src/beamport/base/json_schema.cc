// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_schema.h"

#include <cmath>

#include <fmt/format.h>

namespace beamport {
namespace {

/// A bound without a fraction is written as a whole number: 0, not 0.0.
Json bound(double number) {
  constexpr double kLargestWhole = 9007199254740992.0;  // 2^53
  if (std::trunc(number) == number && std::abs(number) <= kLargestWhole) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

void SchemaBook::describe(JsonObject& schema, const FieldNote& note) {
  if (!note.text.empty()) schema.emplace("description", note.text);
  if (!note.unit.empty()) schema.emplace("x-unit", note.unit);
}

Json SchemaBook::number_schema(std::string_view type, const FieldNote& note, std::optional<double> minimum) {
  JsonObject schema{{"type", type}};
  if (note.minimum) minimum = note.minimum;
  if (minimum) schema.emplace("minimum", bound(*minimum));
  if (note.maximum) schema.emplace("maximum", bound(*note.maximum));
  describe(schema, note);
  return schema;
}

Json SchemaBook::text_schema(const FieldNote& note) {
  JsonObject schema{{"type", "string"}};
  if (note.hex_digits != 0) schema.emplace("pattern", fmt::format("^[0-9a-f]{{{}}}$", note.hex_digits));
  if (note.min_length) schema.emplace("minLength", *note.min_length);
  if (note.max_length) schema.emplace("maxLength", *note.max_length);
  describe(schema, note);
  return schema;
}

Json SchemaBook::choice_schema(const std::vector<std::string>& names, const FieldNote& note) {
  JsonObject schema{{"type", "string"}, {"enum", JsonArray(names.begin(), names.end())}};
  describe(schema, note);
  return schema;
}

Json SchemaBook::sequence_schema(Json items, const FieldNote& note, std::size_t fixed_size) {
  JsonObject schema{{"type", "array"}};
  if (fixed_size != 0) {
    schema.emplace("prefixItems", JsonArray(fixed_size, items));
    schema.emplace("items", false);
    schema.emplace("minItems", fixed_size);
    schema.emplace("maxItems", fixed_size);
  } else {
    schema.emplace("items", std::move(items));
    if (note.min_length) schema.emplace("minItems", *note.min_length);
    if (note.max_length) schema.emplace("maxItems", *note.max_length);
  }
  describe(schema, note);
  return schema;
}

Json SchemaBook::nullable(Json schema) {
  JsonObject& object = schema.get_object();
  if (Json* type = object.if_contains("type"); type != nullptr && !object.contains("enum")) {
    *type = JsonArray{*type, "null"};
    return schema;
  }
  JsonObject either;
  JsonObject inner = std::move(object);
  for (const std::string_view word : {"description", "x-unit"}) {
    if (const Json* said = inner.if_contains(word)) {
      either.emplace(word, *said);
      inner.erase(word);
    }
  }
  either.emplace("anyOf", JsonArray{std::move(inner), JsonObject{{"type", "null"}}});
  return either;
}

}  // namespace beamport
