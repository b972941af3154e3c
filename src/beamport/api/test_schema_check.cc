// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/test_schema_check.h"

#include <algorithm>

#include <fmt/format.h>

namespace beamport::api {
namespace {

class Check {
 public:
  explicit Check(const Json& document) : document_(document) {}

  void value(const Json& value, const Json& schema, const std::string& where) {
    if (schema.is_bool()) {
      if (!schema.get_bool()) find(where, "nothing is allowed here");
      return;
    }
    for (const auto& [keyword, rule] : schema.get_object()) apply(keyword, rule, value, schema.get_object(), where);
  }

  std::vector<std::string> findings;

 private:
  void find(const std::string& where, std::string_view what) { findings.push_back(fmt::format("{}: {}", where, what)); }

  void apply(std::string_view keyword, const Json& rule, const Json& value, const JsonObject& schema,
             const std::string& where) {
    if (keyword == "description" || keyword == "x-unit") return;
    if (keyword == "$ref") {
      this->value(value, document_.at_pointer(std::string_view(rule.get_string()).substr(1)), where);
    } else if (keyword == "anyOf") {
      any_of(rule.get_array(), value, where);
    } else if (keyword == "type") {
      type(rule, value, where);
    } else if (keyword == "enum") {
      const auto& names = rule.get_array();
      if (std::find(names.begin(), names.end(), value) == names.end()) find(where, "is none of the choices");
    } else if (keyword == "minimum" || keyword == "maximum") {
      bound(keyword, rule, value, where);
    } else if (keyword == "pattern" || keyword == "minLength" || keyword == "maxLength") {
      text(keyword, rule, value, where);
    } else if (keyword == "properties" || keyword == "required" || keyword == "additionalProperties") {
      object(keyword, rule, value, schema, where);
    } else if (keyword == "items" || keyword == "prefixItems" || keyword == "minItems" || keyword == "maxItems") {
      array(keyword, rule, value, schema, where);
    } else {
      find(where, fmt::format("the check does not know \"{}\"", keyword));
    }
  }

  void any_of(const JsonArray& choices, const Json& value, const std::string& where) {
    for (const Json& choice : choices) {
      Check attempt(document_);
      attempt.value(value, choice, where);
      if (attempt.findings.empty()) return;
    }
    find(where, "fits none of anyOf");
  }

  static bool is_of_type(std::string_view type, const Json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    return type == "number" && value.is_number();
  }

  void type(const Json& rule, const Json& value, const std::string& where) {
    const JsonArray types = rule.is_array() ? rule.get_array() : JsonArray{Json(rule)};
    const bool fits =
        std::any_of(types.begin(), types.end(), [&](const Json& type) { return is_of_type(type.get_string(), value); });
    if (!fits) find(where, fmt::format("{} is not {}", write_json(value), write_json(rule)));
  }

  void bound(std::string_view keyword, const Json& rule, const Json& value, const std::string& where) {
    if (!value.is_number()) return;
    const auto number = value.to_number<double>();
    const auto limit = rule.to_number<double>();
    if (keyword == "minimum" ? number < limit : number > limit) find(where, fmt::format("breaks {}", keyword));
  }

  void text(std::string_view keyword, const Json& rule, const Json& value, const std::string& where) {
    if (!value.is_string()) return;
    const std::string_view text = value.get_string();
    if (keyword == "pattern") {
      const bool is_hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
      const std::string expected = fmt::format("^[0-9a-f]{{{}}}$", text.size());
      if (!is_hex || std::string_view(rule.get_string()) != expected) find(where, "does not match the pattern");
    } else {
      bound(keyword == "minLength" ? "minimum" : "maximum", rule, Json(text.size()), where);
    }
  }

  void object(std::string_view keyword, const Json& rule, const Json& value, const JsonObject& schema,
              const std::string& where) {
    if (!value.is_object()) return;
    const JsonObject& object = value.get_object();
    if (keyword == "required") {
      for (const Json& name : rule.get_array()) {
        if (!object.contains(name.get_string())) find(where, fmt::format("lacks {}", write_json(name)));
      }
      return;
    }
    const JsonObject& properties = schema.at("properties").get_object();
    for (const auto& [name, member] : object) {
      const Json* known = properties.if_contains(name);
      const std::string place = fmt::format("{}/{}", where, std::string_view(name));
      if (keyword == "properties" && known != nullptr) this->value(member, *known, place);
      if (keyword == "additionalProperties" && known == nullptr) this->value(member, rule, place);
    }
  }

  void array(std::string_view keyword, const Json& rule, const Json& value, const JsonObject& schema,
             const std::string& where) {
    if (!value.is_array()) return;
    const JsonArray& items = value.get_array();
    const Json* prefix = schema.if_contains("prefixItems");
    const std::size_t prefix_size = prefix != nullptr ? prefix->get_array().size() : 0;
    if (keyword == "minItems" || keyword == "maxItems") {
      bound(keyword == "minItems" ? "minimum" : "maximum", rule, Json(items.size()), where);
      return;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string place = fmt::format("{}/{}", where, i);
      if (keyword == "prefixItems" && i < prefix_size) this->value(items[i], rule.get_array()[i], place);
      if (keyword == "items" && i >= prefix_size) this->value(items[i], rule, place);
    }
  }

  const Json& document_;
};

}  // namespace

std::vector<std::string> schema_findings(const Json& value, const Json& schema, const Json& document) {
  Check check(document);
  check.value(value, schema, "");
  return std::move(check.findings);
}

}  // namespace beamport::api
