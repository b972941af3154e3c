// SPDX-License-Identifier: Apache-2.0
#pragma once

// Path and query parameters, which arrive as text, into a described struct (base/describe.h). A member whose name
// stands in the path template comes from the path; every other one from the query, where optional members may be left
// out. Arrays are separated by commas. Unknown and repeated query parameters are refused. Pure functions.

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "beamport/api/problem.h"
#include "beamport/base/json_decode.h"
#include "beamport/net/target.h"

namespace beamport::api {

/// Captures of the path template, by name.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

enum class ExtraQuery : std::uint8_t { kRefused, kIgnored };

namespace parameter_detail {

[[nodiscard]] const std::string* find_in(const PathParameters& path, std::string_view name) noexcept;
/// A path that holds a wrong value names nothing: 404. A wrong query is a wrong question: 400.
[[nodiscard]] Problem wrong_path_value(std::string_view name, const DecodeError& error);
[[nodiscard]] Problem wrong_query_value(std::string_view name, const DecodeError& error);
[[nodiscard]] Problem unknown_query(std::string_view name);
[[nodiscard]] std::vector<std::string_view> split_at_commas(std::string_view text);

template <typename T>
DecodeResult<T> decode_number_text(std::string_view text, const FieldNote& note) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return decode_detail::refuse(std::integral<T> ? "must be a whole number" : "must be a number");
  }
  return decode_json<T>(Json(number), note);
}

template <typename T>
DecodeResult<T> decode_text_as(std::string_view text, const FieldNote& note) {
  if constexpr (OptionalType<T>) {
    return decode_text_as<typename OptionalTraits<T>::Value>(text, note).map([](auto inner) {
      return T(std::move(inner));
    });
  } else if constexpr (SequenceType<T>) {
    const std::vector<std::string_view> parts = split_at_commas(text);
    if (auto checked = decode_detail::check_item_count(parts.size(), note, SequenceTraits<T>::kFixedSize); !checked) {
      return tl::unexpected(std::move(checked).error());
    }
    FieldNote item_note = note;
    item_note.min_length.reset();
    item_note.max_length.reset();
    T items{};
    if constexpr (SequenceTraits<T>::kFixedSize == 0) items.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto item = decode_text_as<typename SequenceTraits<T>::Item>(parts[i], item_note);
      if (!item) return tl::unexpected(std::move(item).error());
      items[i] = std::move(*item);
    }
    return items;
  } else if constexpr (std::same_as<T, double> || IntegerType<T>) {
    return decode_number_text<T>(text, note);
  } else {
    static_assert(std::same_as<T, std::string> || DescribedEnum<T>, "not a type that a parameter can have");
    return decode_json<T>(Json(text), note);
  }
}

}  // namespace parameter_detail

template <DescribedStruct Parameters>
[[nodiscard]] tl::expected<Parameters, Problem> decode_parameters(const PathParameters& path, const net::Target& target,
                                                                  ExtraQuery extra) {
  namespace detail = parameter_detail;
  if (extra == ExtraQuery::kRefused) {
    for (const auto& [name, value] : target.query) {
      if (!has_member<Parameters>(name) || detail::find_in(path, name) != nullptr) {
        return tl::unexpected(detail::unknown_query(name));
      }
    }
  }
  Parameters parameters{};
  std::optional<Problem> problem;
  for_each_member<Parameters>([&](auto member) {
    if (problem) return;
    auto& field = parameters.*member.pointer;
    using Field = std::remove_reference_t<decltype(field)>;
    const std::string* in_path = detail::find_in(path, member.name);
    const auto in_query = target.parameter(member.name);
    if (in_path == nullptr && !in_query) {
      if (!OptionalType<Field>) problem = detail::wrong_query_value(member.name, DecodeError{"", "is missing"});
      return;
    }
    auto decoded = detail::decode_text_as<Field>(in_path != nullptr ? std::string_view(*in_path) : *in_query,
                                                 note_on<Parameters>(member.name));
    if (!decoded) {
      problem = in_path != nullptr ? detail::wrong_path_value(member.name, decoded.error())
                                   : detail::wrong_query_value(member.name, decoded.error());
      return;
    }
    field = std::move(*decoded);
  });
  if (problem) return tl::unexpected(std::move(*problem));
  return parameters;
}

}  // namespace beamport::api
