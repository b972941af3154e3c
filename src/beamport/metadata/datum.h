// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a field of a record holds: text, a number, yes or no, a moment, or a list of numbers or texts. Numbers are
// doubles, so whole numbers are exact up to 2^53; a file's larger ones are kept as text. Numbers are always finite.
// Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "beamport/metadata/moment.h"

namespace beamport::metadata {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;
using Datum = std::variant<std::string, double, bool, Moment, Numbers, Texts>;

/// What the schema asks for. kInteger is a number without a fraction.
enum class FieldType : std::uint8_t { kText, kNumber, kInteger, kFlag, kTime, kNumbers, kTexts };

[[nodiscard]] std::string_view name_of(FieldType type) noexcept;
[[nodiscard]] std::optional<FieldType> parse_field_type(std::string_view name) noexcept;

/// The datum as that type where it says the same: "18.0" is 18 as a number, 12 is "12" as text, one item is a list.
/// Nothing where it does not.
[[nodiscard]] std::optional<Datum> as_type(const Datum& datum, FieldType type);

[[nodiscard]] bool is_type(const Datum& datum, FieldType type) noexcept;

/// The text as a finite number, all of it; a leading plus and spaces around it are allowed.
[[nodiscard]] std::optional<double> parse_number(std::string_view text) noexcept;

/// The shortest text that reads back as the same number: "0.65", "1200", "1e-07".
[[nodiscard]] std::string number_text(double number);

/// For people, lists with ", " between their items.
[[nodiscard]] std::string to_text(const Datum& datum);

/// Whether both say the same as far as the numbers of a detector go: equal texts, numbers that are equal as 32-bit
/// floats (0.65 read from a float is 0.6499999761581421). Whole numbers from 2^24 on must be equal. An equivalence.
[[nodiscard]] bool says_the_same(const Datum& a, const Datum& b) noexcept;

/// Bytes of text and items in it, for limits.
[[nodiscard]] std::size_t weight_of(const Datum& datum) noexcept;

}  // namespace beamport::metadata
