// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON values into described structs (describe.h), strictly: unknown keys are refused, members that are not optional
// must be present, numbers must be in range, nothing is converted silently. Every refusal says where, as a JSON pointer
// (RFC 6901). Pure functions.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "beamport/base/describe.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"

namespace beamport {

struct DecodeError {
  std::string pointer;  // "/levels/0/chunk"; "" is the whole value
  std::string reason;   // "must be at most 255"
};

template <typename T>
using DecodeResult = tl::expected<T, DecodeError>;

/// Lengths that hold where a note says nothing.
inline constexpr std::size_t kDefaultMaxTextBytes = 4096;
inline constexpr std::size_t kDefaultMaxItems = 10'000;

template <typename T>
[[nodiscard]] DecodeResult<T> decode_json(const Json& value, const FieldNote& note = {});

/// The same as an ordinary error: "/levels/0/chunk: must be at most 255".
[[nodiscard]] Error to_error(const DecodeError& error, std::string_view what);

namespace decode_detail {

[[nodiscard]] tl::unexpected<DecodeError> refuse(std::string reason);
[[nodiscard]] DecodeError below(std::string_view key, DecodeError error);
[[nodiscard]] DecodeResult<void> check_number(double number, const FieldNote& note);
[[nodiscard]] DecodeResult<void> check_text(std::string_view text, const FieldNote& note);
[[nodiscard]] DecodeResult<void> check_item_count(std::size_t count, const FieldNote& note, std::size_t fixed_size);
[[nodiscard]] DecodeResult<std::string> decode_text(const Json& value, const FieldNote& note);
[[nodiscard]] DecodeResult<double> decode_number(const Json& value, const FieldNote& note);
[[nodiscard]] DecodeResult<std::int64_t> decode_signed(const Json& value, std::int64_t low, std::int64_t high,
                                                       const FieldNote& note);
[[nodiscard]] DecodeResult<std::uint64_t> decode_unsigned(const Json& value, std::uint64_t high, const FieldNote& note);
/// Names the allowed values in the reason.
[[nodiscard]] tl::unexpected<DecodeError> refuse_choice(const std::vector<std::string>& choices);

template <IntegerType T>
DecodeResult<T> decode_integer(const Json& value, const FieldNote& note) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    return decode_signed(value, Limits::min(), Limits::max(), note).map([](std::int64_t v) {
      return static_cast<T>(v);
    });
  } else {
    return decode_unsigned(value, Limits::max(), note).map([](std::uint64_t v) { return static_cast<T>(v); });
  }
}

template <DescribedEnum E>
DecodeResult<E> decode_choice(const Json& value) {
  if (const auto* text = value.if_string()) {
    if (const auto found = parse_wire_name<E>(std::string_view(*text))) return *found;
  }
  return refuse_choice(wire_names_of<E>());
}

template <SequenceType T>
DecodeResult<T> decode_sequence(const Json& value, const FieldNote& note) {
  const auto* array = value.if_array();
  if (array == nullptr) return refuse("must be an array");
  constexpr std::size_t kFixedSize = SequenceTraits<T>::kFixedSize;
  if (auto checked = check_item_count(array->size(), note, kFixedSize); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  FieldNote item_note = note;
  item_note.min_length.reset();
  item_note.max_length.reset();
  T items{};
  if constexpr (kFixedSize == 0) items.resize(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto item = decode_json<typename SequenceTraits<T>::Item>((*array)[i], item_note);
    if (!item) return tl::unexpected(below(std::to_string(i), std::move(item).error()));
    items[i] = std::move(*item);
  }
  return items;
}

template <typename Member>
DecodeResult<void> decode_member(const JsonObject& object, std::string_view key, const FieldNote& note, Member& to) {
  const Json* found = object.if_contains(key);
  if (found == nullptr) {
    if constexpr (OptionalType<Member>) return {};
    return tl::unexpected(below(key, DecodeError{"", "is missing"}));
  }
  auto decoded = decode_json<Member>(*found, note);
  if (!decoded) return tl::unexpected(below(key, std::move(decoded).error()));
  to = std::move(*decoded);
  return {};
}

template <DescribedStruct T>
DecodeResult<T> decode_struct(const Json& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return refuse("must be an object");
  for (const auto& entry : *object) {
    if (!has_member<T>(entry.key())) {
      return tl::unexpected(below(entry.key(), DecodeError{"", "is not a known field"}));
    }
  }
  T result{};
  DecodeResult<void> outcome;
  for_each_member<T>([&](auto member) {
    if (!outcome) return;
    outcome = decode_member(*object, member.name, note_on<T>(member.name), result.*member.pointer);
  });
  if (!outcome) return tl::unexpected(std::move(outcome).error());
  return result;
}

}  // namespace decode_detail

template <typename T>
DecodeResult<T> decode_json(const Json& value, const FieldNote& note) {
  if constexpr (OptionalType<T>) {
    if (value.is_null()) return T{};
    return decode_json<typename OptionalTraits<T>::Value>(value, note).map([](auto inner) {
      return T(std::move(inner));
    });
  } else if constexpr (DescribedStruct<T>) {
    return decode_detail::decode_struct<T>(value);
  } else if constexpr (SequenceType<T>) {
    return decode_detail::decode_sequence<T>(value, note);
  } else if constexpr (DescribedEnum<T>) {
    return decode_detail::decode_choice<T>(value);
  } else if constexpr (std::same_as<T, bool>) {
    if (const bool* flag = value.if_bool()) return *flag;
    return decode_detail::refuse("must be true or false");
  } else if constexpr (IntegerType<T>) {
    return decode_detail::decode_integer<T>(value, note);
  } else if constexpr (std::same_as<T, double>) {
    return decode_detail::decode_number(value, note);
  } else {
    static_assert(std::same_as<T, std::string>, "not a type that describe.h lists");
    return decode_detail::decode_text(value, note);
  }
}

}  // namespace beamport
