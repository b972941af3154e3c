// SPDX-License-Identifier: Apache-2.0
#pragma once

// Described structs (describe.h) into JSON values. Members keep their order; an absent optional is null unless its note
// says to leave it out; enums are written by name. write_json() turns the value into text. Pure functions.

#include <string>

#include "beamport/base/describe.h"
#include "beamport/base/json.h"

namespace beamport {

template <typename T>
[[nodiscard]] Json encode_json(const T& value);

/// The number, or nothing when JSON cannot say it (NaN, infinities).
[[nodiscard]] std::optional<double> finite_or_null(double number) noexcept;

namespace encode_detail {

template <typename T>
[[nodiscard]] bool is_absent(const T& value) {
  if constexpr (OptionalType<T>) return !value.has_value();
  return false;
}

template <DescribedStruct T>
Json encode_struct(const T& value) {
  JsonObject object;
  for_each_member<T>([&](auto member) {
    const auto& field = value.*member.pointer;
    if (is_absent(field) && note_on<T>(member.name).omit_when_null) return;
    object.emplace(member.name, encode_json(field));
  });
  return object;
}

}  // namespace encode_detail

template <typename T>
Json encode_json(const T& value) {
  if constexpr (OptionalType<T>) {
    return value ? encode_json(*value) : Json(nullptr);
  } else if constexpr (DescribedStruct<T>) {
    return encode_detail::encode_struct(value);
  } else if constexpr (SequenceType<T>) {
    JsonArray array;
    array.reserve(value.size());
    for (const auto& item : value) array.push_back(encode_json(item));
    return array;
  } else if constexpr (DescribedEnum<T>) {
    return Json(wire_name_of(value));
  } else {
    static_assert(std::same_as<T, bool> || IntegerType<T> || std::same_as<T, double> || std::same_as<T, std::string>,
                  "not a type that describe.h lists");
    return Json(value);
  }
}

}  // namespace beamport
