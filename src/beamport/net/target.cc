// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/target.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace beamport::net {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Number of bytes of the UTF-8 sequence that `text` begins with, 0 if it is not one (overlong, surrogate, cut short).
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f)) return 0;
  if ((lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f)) return 0;
  return length;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Failure malformed(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, std::string(what));
}

enum class Part { kSegment, kQuery };

Result<std::string> decode(std::string_view encoded, Part part) {
  std::string decoded;
  decoded.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    char c = encoded[i];
    if (c == '%') {
      const int high = i + 2 < encoded.size() ? hex_digit(encoded[i + 1]) : -1;
      const int low = i + 2 < encoded.size() ? hex_digit(encoded[i + 2]) : -1;
      if (high < 0 || low < 0) return malformed("the address has a '%' without two hexadecimal digits after it");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && part == Part::kQuery) {
      c = ' ';
    }
    if (is_control(c)) return malformed("the address has an encoded control character");
    if (part == Part::kSegment && (c == '/' || c == '\\')) {
      return malformed("the address has an encoded slash or a backslash in its path");
    }
    decoded.push_back(c);
  }
  if (!is_utf8(decoded)) return malformed("the address is not valid UTF-8 after decoding");
  return decoded;
}

Result<std::string> decode_segment(std::string_view encoded, const TargetLimits& limits) {
  BEAMPORT_ASSIGN(std::string segment, decode(encoded, Part::kSegment));
  if (segment.empty()) return malformed("the address has an empty path segment ('//')");
  if (segment == "." || segment == "..") return malformed("the address has a '.' or '..' path segment");
  if (segment.size() > limits.max_segment_bytes) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("a path segment is longer than {} bytes", limits.max_segment_bytes));
  }
  return segment;
}

Result<void> parse_path(std::string_view path, const TargetLimits& limits, Target& target) {
  path.remove_prefix(1);
  while (!path.empty()) {
    if (target.segments.size() == limits.max_segments) {
      return fail(ErrorCode::kOutOfRange, fmt::format("the path has more than {} segments", limits.max_segments));
    }
    const std::size_t slash = path.find('/');
    BEAMPORT_ASSIGN(std::string segment, decode_segment(path.substr(0, slash), limits));
    target.segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    target.trailing_slash = path.empty();
  }
  return {};
}

Result<void> parse_query(std::string_view query, const TargetLimits& limits, Target& target) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    if (target.query.size() == limits.max_parameters) {
      return fail(ErrorCode::kOutOfRange, fmt::format("the query has more than {} parameters", limits.max_parameters));
    }
    const std::size_t equals = pair.find('=');
    BEAMPORT_ASSIGN(std::string name, decode(pair.substr(0, equals), Part::kQuery));
    const std::string_view encoded = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    BEAMPORT_ASSIGN(std::string value, decode(encoded, Part::kQuery));
    if (target.parameter(name)) return malformed(fmt::format("the query has the parameter '{}' twice", name));
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const noexcept {
  const auto found = std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Result<Target> parse_target(std::string_view text, const TargetLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("the address is longer than {} bytes", limits.max_bytes));
  }
  if (!text.starts_with('/')) return malformed("the address must begin with '/'");
  if (text.find('#') != std::string_view::npos) return malformed("the address has a fragment ('#')");
  const std::size_t question = text.find('?');
  Target target;
  BEAMPORT_TRY(parse_path(text.substr(0, question), limits, target));
  if (question != std::string_view::npos) BEAMPORT_TRY(parse_query(text.substr(question + 1), limits, target));
  return target;
}

}  // namespace beamport::net
