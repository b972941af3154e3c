// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON Schema (2020-12) of described types (describe.h). Structs are collected once under their name and referred to;
// everything else is written in place. In a schema of what the server says, every member is required, because the
// encoder writes them all; in one of what it takes, optional members may be left out. Not thread-safe.

#include <limits>
#include <string>
#include <string_view>

#include "beamport/base/describe.h"
#include "beamport/base/json.h"

namespace beamport {

enum class SchemaUse { kResponse, kRequest };

class SchemaBook {
 public:
  /// ref_prefix: where the collected structs will stand, "#/components/schemas/" in OpenAPI.
  explicit SchemaBook(std::string ref_prefix) : ref_prefix_(std::move(ref_prefix)) {}

  /// The schema of T; a reference when T is a described struct, which is then collected with all it holds.
  template <typename T>
  [[nodiscard]] Json schema_of(SchemaUse use, const FieldNote& note = {});

  /// All structs met so far, by name, in the order they were met.
  [[nodiscard]] const JsonObject& schemas() const noexcept { return schemas_; }

 private:
  template <DescribedStruct T>
  Json reference_to(SchemaUse use, const FieldNote& note);
  [[nodiscard]] static Json number_schema(std::string_view type, const FieldNote& note, std::optional<double> minimum);
  [[nodiscard]] static Json text_schema(const FieldNote& note);
  [[nodiscard]] static Json choice_schema(const std::vector<std::string>& names, const FieldNote& note);
  [[nodiscard]] static Json sequence_schema(Json items, const FieldNote& note, std::size_t fixed_size);
  [[nodiscard]] static Json nullable(Json schema);
  static void describe(JsonObject& schema, const FieldNote& note);

  std::string ref_prefix_;
  JsonObject schemas_;
};

template <typename T>
Json SchemaBook::schema_of(SchemaUse use, const FieldNote& note) {
  if constexpr (OptionalType<T>) {
    Json inner = schema_of<typename OptionalTraits<T>::Value>(use, note);
    return note.omit_when_null ? inner : nullable(std::move(inner));
  } else if constexpr (DescribedStruct<T>) {
    return reference_to<T>(use, note);
  } else if constexpr (SequenceType<T>) {
    FieldNote item_note = note;
    item_note.text = {};
    item_note.unit = {};
    item_note.min_length.reset();
    item_note.max_length.reset();
    return sequence_schema(schema_of<typename SequenceTraits<T>::Item>(use, item_note), note,
                           SequenceTraits<T>::kFixedSize);
  } else if constexpr (DescribedEnum<T>) {
    return choice_schema(wire_names_of<T>(), note);
  } else if constexpr (std::same_as<T, bool>) {
    JsonObject schema{{"type", "boolean"}};
    describe(schema, note);
    return schema;
  } else if constexpr (IntegerType<T>) {
    return number_schema("integer", note, std::is_unsigned_v<T> ? std::optional(0.0) : std::nullopt);
  } else if constexpr (std::same_as<T, double>) {
    return number_schema("number", note, std::nullopt);
  } else {
    static_assert(std::same_as<T, std::string>, "not a type that describe.h lists");
    return text_schema(note);
  }
}

template <DescribedStruct T>
Json SchemaBook::reference_to(SchemaUse use, const FieldNote& note) {
  const std::string_view name = kTypeNotes<T>.name;
  if (!schemas_.contains(name)) {
    schemas_.emplace(name, nullptr);  // keeps the place, and ends recursion
    JsonObject properties;
    JsonArray required;
    for_each_member<T>([&]<typename Member>(Member member) {
      using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
      const FieldNote field_note = note_on<T>(member.name);
      properties.emplace(member.name, schema_of<Field>(use, field_note));
      const bool may_be_absent = OptionalType<Field> && (use == SchemaUse::kRequest || field_note.omit_when_null);
      if (!may_be_absent) required.emplace_back(member.name);
    });
    JsonObject schema{{"type", "object"}};
    if (!kTypeNotes<T>.text.empty()) schema.emplace("description", kTypeNotes<T>.text);
    schema.emplace("properties", std::move(properties));
    schema.emplace("required", std::move(required));
    schema.emplace("additionalProperties", false);
    schemas_[name] = std::move(schema);
  }
  JsonObject reference{{"$ref", ref_prefix_ + std::string(name)}};
  describe(reference, note);
  return reference;
}

}  // namespace beamport
