// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/fill_value.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"

namespace beamport::zarr {
namespace {

template <typename T>
std::uint64_t bits_of(T value) {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(value);
  } else {
    return static_cast<std::make_unsigned_t<T>>(value);
  }
}

Failure does_not_fit(const codec::JsonField& field, DataType type) {
  return field.failure(ErrorCode::kCorrupt, fmt::format("the fill value does not fit {}", name_of(type)));
}

template <typename T>
Result<std::uint64_t> integer_bits(const codec::JsonField& field, bool floats_allowed) {
  const Json& value = field.value();
  std::optional<T> number;
  if (const std::int64_t* integer = value.if_int64()) {
    number = checked_cast<T>(*integer);
  } else if (const std::uint64_t* large = value.if_uint64()) {
    number = checked_cast<T>(*large);
  } else if (const double* real = value.if_double(); real != nullptr && floats_allowed) {
    // 2^53 bounds the integers that a double names exactly.
    if (std::trunc(*real) == *real && std::abs(*real) <= 9007199254740992.0) {
      number = checked_cast<T>(static_cast<std::int64_t>(*real));
    }
  } else {
    return field.failure(ErrorCode::kCorrupt, "expected an integer");
  }
  if (!number) return does_not_fit(field, data_type_of<T>());
  return bits_of(*number);
}

template <typename T>
Result<std::uint64_t> named_float_bits(const codec::JsonField& field, std::string_view text, bool hex_allowed) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  if (text == "Infinity") return bits_of(kInfinity);
  if (text == "-Infinity") return bits_of(-kInfinity);
  if (text == "NaN") return bits_of(std::numeric_limits<T>::quiet_NaN());
  if (hex_allowed && text.starts_with("0x") && text.size() > 2 && text.size() <= 2 + 2 * sizeof(T)) {
    Bits bits = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), bits, 16);
    if (error == std::errc() && end == text.data() + text.size()) return std::uint64_t{bits};
  }
  return field.failure(ErrorCode::kCorrupt, fmt::format("\"{}\" is no {}", text, name_of(data_type_of<T>())));
}

template <typename T>
Result<std::uint64_t> float_bits(const codec::JsonField& field, bool hex_allowed) {
  if (field.value().is_string()) {
    BEAMPORT_ASSIGN(const std::string_view text, field.text());
    return named_float_bits<T>(field, text, hex_allowed);
  }
  BEAMPORT_ASSIGN(const double number, field.number());
  if (std::abs(number) > static_cast<double>(std::numeric_limits<T>::max())) {
    return does_not_fit(field, data_type_of<T>());
  }
  return bits_of(static_cast<T>(number));
}

Result<std::uint64_t> parse(const codec::JsonField& field, DataType type, bool is_bool, bool v2) {
  if (is_bool && field.value().is_bool()) return std::uint64_t{field.value().get_bool() ? 1U : 0U};
  return visit_data_type(type, [&]<typename T>() -> Result<std::uint64_t> {
    if constexpr (std::is_floating_point_v<T>) {
      return float_bits<T>(field, !v2);
    } else {
      return integer_bits<T>(field, v2);
    }
  });
}

}  // namespace

Result<std::uint64_t> parse_fill_value_v3(const codec::JsonField& field, DataType type, bool is_bool) {
  if (is_bool && !field.value().is_bool()) return field.failure(ErrorCode::kCorrupt, "expected true or false");
  return parse(field, type, is_bool, false);
}

Result<std::uint64_t> parse_fill_value_v2(const codec::JsonField& field, DataType type, bool is_bool) {
  if (field.value().is_null()) return std::uint64_t{0};
  return parse(field, type, is_bool, true);
}

}  // namespace beamport::zarr
