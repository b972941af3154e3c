// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/parse_options.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
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

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("JSON text of {} bytes; the limit is {}", text.size(), limits.max_bytes));
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::stream_parser parser({}, options);
  bj::error_code error;
  const std::size_t consumed = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("JSON: {} at byte {}", error.message(), consumed));
  }
  if (text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("JSON: unexpected text after the value at byte {}", consumed));
  }
  return parser.release();
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
