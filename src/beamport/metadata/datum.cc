// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/datum.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace beamport::metadata {
namespace {

constexpr std::array kTypeNames = std::to_array<std::pair<FieldType, std::string_view>>({
    {FieldType::kText, "text"},
    {FieldType::kNumber, "number"},
    {FieldType::kInteger, "integer"},
    {FieldType::kFlag, "flag"},
    {FieldType::kTime, "time"},
    {FieldType::kNumbers, "numbers"},
    {FieldType::kTexts, "texts"},
});

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

std::optional<double> number_in(const Datum& datum) noexcept {
  if (const auto* number = std::get_if<double>(&datum)) return *number;
  if (const auto* text = std::get_if<std::string>(&datum)) return parse_number(*text);
  if (const auto* list = std::get_if<Numbers>(&datum); list != nullptr && list->size() == 1) return list->front();
  return std::nullopt;
}

std::optional<bool> flag_in(const Datum& datum) {
  if (const auto* flag = std::get_if<bool>(&datum)) return *flag;
  if (const auto* number = std::get_if<double>(&datum)) {
    if (*number == 0 || *number == 1) return *number == 1;
  }
  if (const auto* text = std::get_if<std::string>(&datum)) {
    if (is_one_of(*text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (is_one_of(*text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) return false;
  }
  return std::nullopt;
}

std::optional<Datum> as_numbers(const Datum& datum) {
  if (const auto* texts = std::get_if<Texts>(&datum)) {
    Numbers numbers;
    for (const std::string& text : *texts) {
      const auto number = parse_number(text);
      if (!number) return std::nullopt;
      numbers.push_back(*number);
    }
    return numbers;
  }
  const auto number = number_in(datum);
  return number ? std::optional<Datum>(Numbers{*number}) : std::nullopt;
}

std::optional<Datum> as_texts(const Datum& datum) {
  if (const auto* numbers = std::get_if<Numbers>(&datum)) {
    Texts texts;
    for (const double number : *numbers) texts.push_back(number_text(number));
    return texts;
  }
  return Texts{to_text(datum)};
}

/// Equal keys, same number; see says_the_same().
double key_of(double number) noexcept {
  constexpr double kExactFrom = 16'777'216;  // 2^24
  if (std::abs(number) >= kExactFrom) return number;
  const auto narrow = static_cast<double>(static_cast<float>(number));
  return narrow == 0 && number != 0 ? number : narrow;
}

}  // namespace

std::string_view name_of(FieldType type) noexcept {
  return std::ranges::find(kTypeNames, type, &std::pair<FieldType, std::string_view>::first)->second;
}

std::optional<FieldType> parse_field_type(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kTypeNames, name, &std::pair<FieldType, std::string_view>::second);
  return found == kTypeNames.end() ? std::nullopt : std::optional(found->first);
}

bool is_type(const Datum& datum, FieldType type) noexcept {
  switch (type) {
    case FieldType::kText:
      return std::holds_alternative<std::string>(datum);
    case FieldType::kNumber:
      return std::holds_alternative<double>(datum);
    case FieldType::kInteger:
      return std::holds_alternative<double>(datum) && std::trunc(std::get<double>(datum)) == std::get<double>(datum);
    case FieldType::kFlag:
      return std::holds_alternative<bool>(datum);
    case FieldType::kTime:
      return std::holds_alternative<Moment>(datum);
    case FieldType::kNumbers:
      return std::holds_alternative<Numbers>(datum);
    case FieldType::kTexts:
      return std::holds_alternative<Texts>(datum);
  }
  return false;
}

std::optional<Datum> as_type(const Datum& datum, FieldType type) {
  if (is_type(datum, type)) return datum;
  switch (type) {
    case FieldType::kText:
      if (std::holds_alternative<Numbers>(datum) || std::holds_alternative<Texts>(datum)) return std::nullopt;
      return to_text(datum);
    case FieldType::kNumber:
    case FieldType::kInteger: {
      const auto number = number_in(datum);
      if (!number || (type == FieldType::kInteger && std::trunc(*number) != *number)) return std::nullopt;
      return *number;
    }
    case FieldType::kFlag: {
      const auto flag = flag_in(datum);
      return flag ? std::optional<Datum>(*flag) : std::nullopt;
    }
    case FieldType::kTime: {
      const auto* text = std::get_if<std::string>(&datum);
      const auto moment = text != nullptr ? parse_moment(*text) : std::nullopt;
      return moment ? std::optional<Datum>(*moment) : std::nullopt;
    }
    case FieldType::kNumbers:
      return as_numbers(datum);
    case FieldType::kTexts:
      return as_texts(datum);
  }
  return std::nullopt;
}

std::optional<double> parse_number(std::string_view text) noexcept {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) return std::nullopt;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  return fmt::format("{}", number);
}

std::string to_text(const Datum& datum) {
  struct Writer {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(const Moment& moment) const { return moment.text; }
    std::string operator()(const Numbers& numbers) const { return fmt::format("{}", fmt::join(numbers, ", ")); }
    std::string operator()(const Texts& texts) const { return fmt::format("{}", fmt::join(texts, ", ")); }
  };
  return std::visit(Writer{}, datum);
}

bool says_the_same(const Datum& a, const Datum& b) noexcept {
  if (a.index() != b.index()) return false;
  if (const auto* number = std::get_if<double>(&a)) return key_of(*number) == key_of(std::get<double>(b));
  if (const auto* numbers = std::get_if<Numbers>(&a)) {
    return std::ranges::equal(*numbers, std::get<Numbers>(b), {}, key_of, key_of);
  }
  return a == b;
}

std::size_t weight_of(const Datum& datum) noexcept {
  if (const auto* text = std::get_if<std::string>(&datum)) return text->size();
  if (const auto* numbers = std::get_if<Numbers>(&datum)) return numbers->size() * sizeof(double);
  if (const auto* texts = std::get_if<Texts>(&datum)) {
    std::size_t weight = texts->size() * sizeof(double);
    for (const std::string& text : *texts) weight += text.size();
    return weight;
  }
  return sizeof(double);
}

}  // namespace beamport::metadata
