// SPDX-License-Identifier: Apache-2.0
#pragma once

// One description of a plain struct, from which the JSON decoder, encoder and schema are derived. A type is described
// by two neighbours of its definition: Boost.Describe names its members, and notes_of() names the type, says in words
// what the members mean and which values they take.
//
//   struct Point { std::int64_t z = 0; std::int64_t y = 0; };
//   BOOST_DESCRIBE_STRUCT(Point, (), (z, y))
//   constexpr auto notes_of(const Point*) {
//     return type_notes("Point", "A position.", FieldNote{.field = "z", .text = "Slice", .minimum = 0});
//   }
//
// Members are bool, integers, double, std::string, described enums, described structs, and std::optional, std::vector
// or std::array of these. A note that names no member does not compile.

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace beamport {

/// What is known about one member beyond its type. Numbers and lengths are inclusive bounds; those on numbers also hold
/// for the items of an array, those on lengths for the outermost string or array.
struct FieldNote {
  std::string_view field{};
  std::string_view text{};
  std::string_view unit{};  // "micrometre", "voxel", "byte"
  std::optional<double> minimum{};
  std::optional<double> maximum{};
  std::optional<std::size_t> min_length{};
  std::optional<std::size_t> max_length{};
  std::size_t hex_digits = 0;   // a string of exactly that many lower-case hexadecimal digits
  bool omit_when_null = false;  // an absent optional is left out of the output instead of written as null
};

template <std::size_t N>
struct TypeNotes {
  std::string_view name;
  std::string_view text;
  std::array<FieldNote, N> fields;
};

template <std::same_as<FieldNote>... Fields>
[[nodiscard]] constexpr TypeNotes<sizeof...(Fields)> type_notes(std::string_view name, std::string_view text,
                                                                Fields... fields) {
  return {name, text, {fields...}};
}

template <typename T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <typename T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <typename T>
struct OptionalTraits : std::false_type {};
template <typename T>
struct OptionalTraits<std::optional<T>> : std::true_type {
  using Value = T;
};
template <typename T>
concept OptionalType = OptionalTraits<T>::value;

template <typename T>
struct SequenceTraits : std::false_type {};
template <typename T>
struct SequenceTraits<std::vector<T>> : std::true_type {
  using Item = T;
  static constexpr std::size_t kFixedSize = 0;
};
template <typename T, std::size_t N>
struct SequenceTraits<std::array<T, N>> : std::true_type {
  using Item = T;
  static constexpr std::size_t kFixedSize = N;
};
template <typename T>
concept SequenceType = SequenceTraits<T>::value;

template <typename T>
concept IntegerType = std::integral<T> && !std::same_as<T, bool>;

/// Calls f(descriptor) for every member, in the order of the description; descriptor.name and descriptor.pointer.
template <DescribedStruct T, typename F>
constexpr void for_each_member(F&& f) {
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(f);
}

template <DescribedStruct T>
[[nodiscard]] constexpr bool has_member(std::string_view name) {
  bool found = false;
  for_each_member<T>([&](auto member) { found = found || name == member.name; });
  return found;
}

namespace describe_detail {

template <DescribedStruct T>
constexpr auto checked_notes() {
  constexpr auto kNotes = notes_of(static_cast<const T*>(nullptr));
  constexpr bool kEveryNoteNamesAMember = [&] {
    for (const FieldNote& note : kNotes.fields) {
      if (!has_member<T>(note.field)) return false;
    }
    return true;
  }();
  static_assert(kEveryNoteNamesAMember, "a FieldNote names no member of the described struct");
  return kNotes;
}

}  // namespace describe_detail

template <DescribedStruct T>
inline constexpr auto kTypeNotes = describe_detail::checked_notes<T>();

/// The note on a member; an empty one when nothing is said about it.
template <DescribedStruct T>
[[nodiscard]] constexpr FieldNote note_on(std::string_view field) {
  for (const FieldNote& note : kTypeNotes<T>.fields) {
    if (note.field == field) return note;
  }
  return FieldNote{.field = field};
}

/// "kVersionGone" is "version_gone" outside the program.
[[nodiscard]] std::string wire_name_of_enumerator(std::string_view enumerator);

template <DescribedEnum E>
[[nodiscard]] std::string wire_name_of(E value) {
  std::string name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (enumerator.value == value) name = wire_name_of_enumerator(enumerator.name);
  });
  return name;
}

/// The names of all enumerators, as written outside the program.
template <DescribedEnum E>
[[nodiscard]] std::vector<std::string> wire_names_of() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { names.push_back(wire_name_of_enumerator(enumerator.name)); });
  return names;
}

template <DescribedEnum E>
[[nodiscard]] std::optional<E> parse_wire_name(std::string_view name) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (wire_name_of_enumerator(enumerator.name) == name) found = enumerator.value;
  });
  return found;
}

}  // namespace beamport
