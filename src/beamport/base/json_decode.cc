// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_decode.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport {
namespace {

/// RFC 6901: '~' and '/' inside a key are written ~0 and ~1.
std::string escape_key(std::string_view key) {
  std::string escaped;
  for (const char c : key) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Error to_error(const DecodeError& error, std::string_view what) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("{}: {} {}", what, error.pointer.empty() ? "the value" : error.pointer, error.reason),
          std::source_location::current()};
}

namespace decode_detail {

tl::unexpected<DecodeError> refuse(std::string reason) {
  return tl::unexpected(DecodeError{"", std::move(reason)});
}

tl::unexpected<DecodeError> refuse_choice(const std::vector<std::string>& choices) {
  return refuse(fmt::format("must be one of {}", fmt::join(choices, ", ")));
}

DecodeError below(std::string_view key, DecodeError error) {
  error.pointer = "/" + escape_key(key) + error.pointer;
  return error;
}

DecodeResult<void> check_number(double number, const FieldNote& note) {
  if (note.minimum && number < *note.minimum) return refuse(fmt::format("must be at least {}", *note.minimum));
  if (note.maximum && number > *note.maximum) return refuse(fmt::format("must be at most {}", *note.maximum));
  return {};
}

DecodeResult<void> check_text(std::string_view text, const FieldNote& note) {
  if (note.hex_digits != 0 && (text.size() != note.hex_digits || !is_lower_hex(text))) {
    return refuse(fmt::format("must be {} lower-case hexadecimal digits", note.hex_digits));
  }
  if (note.min_length && text.size() < *note.min_length) {
    return refuse(fmt::format("must have at least {} bytes", *note.min_length));
  }
  const std::size_t longest = note.max_length.value_or(kDefaultMaxTextBytes);
  if (text.size() > longest) return refuse(fmt::format("must have at most {} bytes", longest));
  return {};
}

DecodeResult<void> check_item_count(std::size_t count, const FieldNote& note, std::size_t fixed_size) {
  if (fixed_size != 0) {
    if (count != fixed_size) return refuse(fmt::format("must have exactly {} items", fixed_size));
    return {};
  }
  if (note.min_length && count < *note.min_length) {
    return refuse(fmt::format("must have at least {} items", *note.min_length));
  }
  const std::size_t most = note.max_length.value_or(kDefaultMaxItems);
  if (count > most) return refuse(fmt::format("must have at most {} items", most));
  return {};
}

DecodeResult<std::string> decode_text(const Json& value, const FieldNote& note) {
  const auto* text = value.if_string();
  if (text == nullptr) return refuse("must be a string");
  if (auto checked = check_text(*text, note); !checked) return tl::unexpected(std::move(checked).error());
  return std::string(text->data(), text->size());
}

DecodeResult<double> decode_number(const Json& value, const FieldNote& note) {
  double number = 0;
  if (const double* real = value.if_double()) {
    number = *real;
  } else if (const std::int64_t* whole = value.if_int64()) {
    number = static_cast<double>(*whole);
  } else if (const std::uint64_t* large = value.if_uint64()) {
    number = static_cast<double>(*large);
  } else {
    return refuse("must be a number");
  }
  if (!std::isfinite(number)) return refuse("must be a finite number");
  if (auto checked = check_number(number, note); !checked) return tl::unexpected(std::move(checked).error());
  return number;
}

DecodeResult<std::int64_t> decode_signed(const Json& value, std::int64_t low, std::int64_t high,
                                         const FieldNote& note) {
  const std::int64_t* number = value.if_int64();
  if (number == nullptr && !value.is_uint64()) return refuse("must be a whole number");
  if (number == nullptr || *number < low || *number > high) {
    return refuse(fmt::format("must be between {} and {}", low, high));
  }
  if (auto checked = check_number(static_cast<double>(*number), note); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  return *number;
}

DecodeResult<std::uint64_t> decode_unsigned(const Json& value, std::uint64_t high, const FieldNote& note) {
  std::uint64_t number = 0;
  if (const std::uint64_t* large = value.if_uint64()) {
    number = *large;
  } else if (const std::int64_t* whole = value.if_int64()) {
    if (*whole < 0) return refuse("must be at least 0");
    number = static_cast<std::uint64_t>(*whole);
  } else {
    return refuse("must be a whole number");
  }
  if (number > high) return refuse(fmt::format("must be at most {}", high));
  if (auto checked = check_number(static_cast<double>(number), note); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  return number;
}

}  // namespace decode_detail
}  // namespace beamport
