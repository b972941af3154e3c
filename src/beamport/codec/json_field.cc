// SPDX-License-Identifier: Apache-2.0
#include "beamport/codec/json_field.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace beamport::codec {

std::optional<JsonField> JsonField::find(std::string_view key) const {
  const JsonObject* members = value_->if_object();
  if (members == nullptr) return std::nullopt;
  const Json* member = members->if_contains(boost::json::string_view(key.data(), key.size()));
  if (member == nullptr) return std::nullopt;
  return JsonField(*member, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key));
}

Result<JsonField> JsonField::at(std::string_view key) const {
  BEAMPORT_TRY(object());
  std::optional<JsonField> member = find(key);
  if (!member) return failure(ErrorCode::kCorrupt, fmt::format("the member \"{}\" is missing", key));
  return *std::move(member);
}

Result<std::vector<JsonField>> JsonField::elements(std::size_t max_count) const {
  const JsonArray* array = value_->if_array();
  if (array == nullptr) return failure(ErrorCode::kCorrupt, "expected a list");
  if (array->size() > max_count) {
    return failure(ErrorCode::kOutOfRange, fmt::format("{} elements; at most {} are read", array->size(), max_count));
  }
  std::vector<JsonField> fields;
  fields.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) fields.emplace_back((*array)[i], fmt::format("{}[{}]", path_, i));
  return fields;
}

Result<const JsonObject*> JsonField::object() const {
  const JsonObject* members = value_->if_object();
  if (members == nullptr) return failure(ErrorCode::kCorrupt, "expected an object");
  return members;
}

Result<void> JsonField::only(std::initializer_list<std::string_view> known) const {
  BEAMPORT_ASSIGN(const JsonObject* members, object());
  for (const auto& member : *members) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return failure(ErrorCode::kUnsupported, fmt::format("unknown member \"{}\"", key));
    }
  }
  return {};
}

Result<std::string_view> JsonField::text() const {
  const boost::json::string* text = value_->if_string();
  if (text == nullptr) return failure(ErrorCode::kCorrupt, "expected a string");
  return std::string_view(text->data(), text->size());
}

Result<bool> JsonField::boolean() const {
  const bool* truth = value_->if_bool();
  if (truth == nullptr) return failure(ErrorCode::kCorrupt, "expected true or false");
  return *truth;
}

Result<std::int64_t> JsonField::integer() const {
  if (const std::int64_t* number = value_->if_int64()) return *number;
  if (value_->is_uint64()) return failure(ErrorCode::kOutOfRange, "the number is too large");
  return failure(ErrorCode::kCorrupt, "expected an integer");
}

Result<std::int64_t> JsonField::integer(std::int64_t least, std::int64_t most) const {
  BEAMPORT_ASSIGN(const std::int64_t number, integer());
  if (number < least || number > most) {
    return failure(ErrorCode::kOutOfRange, fmt::format("{} is not between {} and {}", number, least, most));
  }
  return number;
}

Result<double> JsonField::number() const {
  if (const double* number = value_->if_double()) return *number;
  if (const std::int64_t* number = value_->if_int64()) return static_cast<double>(*number);
  if (const std::uint64_t* number = value_->if_uint64()) return static_cast<double>(*number);
  return failure(ErrorCode::kCorrupt, "expected a number");
}

Failure JsonField::failure(ErrorCode code, std::string_view message) const {
  return fail(code, path_.empty() ? std::string(message) : fmt::format("{}: {}", path_, message));
}

Result<NamedConfiguration> NamedConfiguration::parse(const JsonField& field) {
  if (field.value().is_string()) {
    BEAMPORT_ASSIGN(const std::string_view name, field.text());
    return NamedConfiguration{name, std::nullopt};
  }
  BEAMPORT_TRY(field.only({"name", "configuration", "must_understand"}));
  BEAMPORT_ASSIGN(const JsonField name_field, field.at("name"));
  BEAMPORT_ASSIGN(const std::string_view name, name_field.text());
  NamedConfiguration named{name, field.find("configuration")};
  if (named.configuration && named.configuration->value().is_null()) named.configuration.reset();
  if (named.configuration) BEAMPORT_TRY(named.configuration->object());
  return named;
}

}  // namespace beamport::codec
