// SPDX-License-Identifier: Apache-2.0
#pragma once

// How one file becomes a record: the reader of a dialect states everything that the file says, place by place, then
// says which places are fields of the schema. What nobody asked for stays in the record under "<dialect>:<place>".
// Values get the schema's type and unit; one that says no such thing stays under its place. Not thread-safe.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/json.h"
#include "beamport/metadata/record.h"

namespace beamport::metadata {

/// A place that is a field, with the unit that the dialect means there; empty where the file says it or there is none.
struct Rule {
  std::string_view place;
  std::string_view field;
  std::string_view unit = {};
};

class Reading {
 public:
  Reading(std::string_view dialect, std::string_view file);

  /// One more thing that the file says. Empty text and empty lists say nothing. A place that was there before gets a
  /// number: "[A] b", "[A] b #2".
  void state(std::string_view place, Datum datum, std::string_view unit = {});

  [[nodiscard]] const Datum* see(std::string_view place) const noexcept;
  [[nodiscard]] std::optional<std::string> text(std::string_view place) const;
  [[nodiscard]] std::optional<double> number(std::string_view place) const;

  /// Places that begin so, in the order of the file.
  [[nodiscard]] std::vector<std::string> places_below(std::string_view prefix) const;

  /// The statement becomes the field; false when there is none or it does not fit.
  bool take(const Rule& rule);
  void take_all(std::span<const Rule> rules);

  /// A value that the reader made out of what is said at the places; they are used then, if it fits.
  bool put(std::string_view field, Datum datum, std::string_view unit, std::span<const std::string_view> places,
           Known known = Known::kRead);
  bool put(std::string_view field, Datum datum, std::string_view unit, std::string_view place,
           Known known = Known::kRead) {
    return put(field, std::move(datum), unit, std::span(&place, 1), known);
  }

  void note(std::string_view text) { record_.note(text); }

  /// Nothing but what the reader put; a record only if the file said anything.
  [[nodiscard]] Record finish();

 private:
  struct Statement {
    std::string place;
    Datum datum;
    std::string unit;
    bool used = false;
  };

  [[nodiscard]] Statement* find(std::string_view place) noexcept;

  std::string dialect_;
  std::string file_;
  std::vector<Statement> statements_;
  std::map<std::string, std::size_t, std::less<>> by_place_;
  std::map<std::string, int, std::less<>> repeats_;
  Record record_;
};

/// States every leaf of a JSON value below a JSON pointer. A list of numbers or of texts is one statement; null, "" and
/// {} say nothing.
void state_json(Reading& reading, const Json& value, const std::string& pointer = {});

/// A number of JSON as a double where that is exact, otherwise its digits.
[[nodiscard]] Datum number_datum(const Json& number);

/// States "key = value" lines below [section] lines as "[section] key"; a line of another shape as "line 12".
void state_ini(Reading& reading, std::string_view text);

/// The name as a token of a JSON pointer (RFC 6901): ~ is ~0, / is ~1.
[[nodiscard]] std::string pointer_token(std::string_view name);

/// "28.344 mm" is 28.344 and "mm"; nothing when the text does not begin with a number.
struct Quantity {
  double number = 0;
  std::string unit;
};
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);

}  // namespace beamport::metadata
