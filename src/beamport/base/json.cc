// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

namespace beamport {
namespace {

namespace bj = boost::json;

void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  out += text;
  // Readers that tell integers from floats (Zarr's fill_value) must see a float.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void write(const Json& value) {
    switch (value.kind()) {
      case bj::kind::null:
        out_ += "null";
        break;
      case bj::kind::bool_:
        out_ += value.get_bool() ? "true" : "false";
        break;
      case bj::kind::int64:
        out_ += fmt::format("{}", value.get_int64());
        break;
      case bj::kind::uint64:
        out_ += fmt::format("{}", value.get_uint64());
        break;
      case bj::kind::double_:
        write_number(out_, value.get_double());
        break;
      case bj::kind::string:
        out_ += bj::serialize(value.get_string());
        break;
      case bj::kind::array:
        write_array(value.get_array());
        break;
      case bj::kind::object:
        write_object(value.get_object());
        break;
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static bool all_scalars(const JsonArray& array) {
    return std::none_of(array.begin(), array.end(), [](const Json& v) { return v.is_structured(); });
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }

  void write_array(const JsonArray& array) {
    const bool one_line = !pretty_ || all_scalars(array);
    out_ += '[';
    ++depth_;
    bool first = true;
    for (const Json& item : array) {
      if (!first) out_ += one_line && pretty_ ? ", " : ",";
      first = false;
      if (!one_line) new_line();
      write(item);
    }
    --depth_;
    if (!one_line) new_line();
    out_ += ']';
  }

  void write_object(const JsonObject& object) {
    out_ += '{';
    ++depth_;
    bool first = true;
    for (const auto& [key, item] : object) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      out_ += bj::serialize(bj::string(key));
      out_ += pretty_ ? ": " : ":";
      write(item);
    }
    --depth_;
    if (!object.empty()) new_line();
    out_ += '}';
  }

  bool pretty_;
  std::size_t depth_ = 0;
  std::string out_;
};

/// Builds the value as Boost's own parser does, but for numbers with a fraction: Boost 1.81 computes them to within a
/// unit or two of the last place, and what was written is to be read back.
class ValueBuilder {
 public:
  static constexpr std::size_t max_object_size = bj::object::max_size();  // NOLINT(readability-identifier-naming)
  static constexpr std::size_t max_array_size = bj::array::max_size();    // NOLINT(readability-identifier-naming)
  static constexpr std::size_t max_key_size = bj::string::max_size();     // NOLINT(readability-identifier-naming)
  static constexpr std::size_t max_string_size = bj::string::max_size();  // NOLINT(readability-identifier-naming)

  ValueBuilder() { stack_.reset(); }

  [[nodiscard]] Json release() { return stack_.release(); }

  static bool on_document_begin(bj::error_code&) { return true; }
  static bool on_document_end(bj::error_code&) { return true; }
  static bool on_object_begin(bj::error_code&) { return true; }
  static bool on_array_begin(bj::error_code&) { return true; }
  static bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  static bool on_comment(bj::string_view, bj::error_code&) { return true; }
  // The text is there in one piece, and so is each number.
  static bool on_number_part(bj::string_view, bj::error_code&) { return true; }

  bool on_object_end(std::size_t members, bj::error_code&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_end(std::size_t items, bj::error_code&) {
    stack_.push_array(items);
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_int64(std::int64_t number, bj::string_view, bj::error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, bj::string_view, bj::error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double rough, bj::string_view text, bj::error_code&) {
    double exact = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exact);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    stack_.push_double(whole ? exact : rough);
    return true;
  }
  bool on_bool(bool flag, bj::error_code&) {
    stack_.push_bool(flag);
    return true;
  }
  bool on_null(bj::error_code&) {
    stack_.push_null();
    return true;
  }

 private:
  bj::value_stack stack_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("JSON text of {} bytes; the limit is {}", text.size(), limits.max_bytes));
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::basic_parser<ValueBuilder> parser(options);
  bj::error_code error;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("JSON: {} at byte {}", error.message(), consumed));
  }
  if (text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("JSON: unexpected text after the value at byte {}", consumed));
  }
  return parser.handler().release();
}

std::string write_json(const Json& value) {
  Writer writer(false);
  writer.write(value);
  return writer.take();
}

std::string write_json_pretty(const Json& value) {
  Writer writer(true);
  writer.write(value);
  std::string text = writer.take();
  text += '\n';
  return text;
}

}  // namespace beamport
