// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/strict_check.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::size_t kMaxTargetBytes = 8192;

Refusal refuse(int status, std::string detail) {
  return Refusal{.status = status, .detail = std::move(detail)};
}

std::size_t count_of(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.fields().begin(), headers.fields().end(),
                    [&](const auto& field) { return equal_ignoring_case(field.first, name); }));
}

bool is_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
}

std::optional<Refusal> check_target(std::string_view target) {
  if (target.size() > kMaxTargetBytes) {
    return refuse(414, fmt::format("the request target is longer than {} bytes", kMaxTargetBytes));
  }
  if (!target.starts_with('/')) return refuse(400, "the request target must begin with '/'");
  const bool visible =
      std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
  if (!visible) return refuse(400, "the request target has a character that must be percent-encoded");
  return std::nullopt;
}

std::optional<Refusal> check_host(const Headers& headers, int version) {
  const std::size_t hosts = count_of(headers, "Host");
  if (hosts > 1) return refuse(400, "more than one Host field");
  if (hosts == 0 && version == 11) return refuse(400, "no Host field");
  if (hosts == 1 && !is_host(*headers.find("Host"))) return refuse(400, "the Host field is not a host name");
  return std::nullopt;
}

std::optional<Refusal> check_framing(const Headers& headers, int version) {
  const std::size_t codings = count_of(headers, "Transfer-Encoding");
  const std::size_t lengths = count_of(headers, "Content-Length");
  if (codings > 0) {
    if (version != 11) return refuse(400, "Transfer-Encoding needs HTTP/1.1");
    if (lengths > 0) return refuse(400, "Transfer-Encoding and Content-Length together");
    if (codings > 1 || !equal_ignoring_case(*headers.find("Transfer-Encoding"), "chunked")) {
      return refuse(501, "the only Transfer-Encoding understood is a single \"chunked\"");
    }
  }
  if (lengths > 1) return refuse(400, "more than one Content-Length field");
  if (lengths == 1 && !parse_digits(*headers.find("Content-Length"))) {
    return refuse(400, "Content-Length is not a number");
  }
  return std::nullopt;
}

}  // namespace

std::string_view HeadScanner::problem_with(char c) const noexcept {
  const auto byte = static_cast<unsigned char>(c);
  if (after_carriage_return_ && c != '\n') return "a carriage return without a line feed";
  if (c == '\n' && !after_carriage_return_) return "a line feed without a carriage return";
  if (c == '\n' && first_line_ && column_ == 0) return "an empty line before the request";
  if (column_ == 0 && (c == ' ' || c == '\t')) {
    return first_line_ ? "the request begins with white space" : "a folded header line";
  }
  if (c == '\r' || c == '\n') return {};
  const bool control = byte < 0x20 || byte == 0x7f;
  if (control && (first_line_ || c != '\t')) return "a control character in the head";
  if (first_line_ && byte >= 0x80) return "a byte that is not ASCII in the request line";
  return {};
}

HeadScanner::State HeadScanner::scan(std::string_view received) noexcept {
  while (position_ < received.size()) {
    const char c = received[position_];
    problem_ = problem_with(c);
    if (!problem_.empty()) return State::kMalformed;
    ++position_;
    if (c == '\n') {
      if (column_ == 0) return State::kComplete;
      column_ = 0;
      first_line_ = false;
    } else if (c != '\r') {
      ++column_;
    }
    after_carriage_return_ = c == '\r';
  }
  return State::kNeedMore;
}

std::optional<Refusal> check_request(const Request& request, int version) {
  if (version != 10 && version != 11) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) {
    return refuse(501, "unknown request method");
  }
  if (auto refusal = check_target(request.target)) return refusal;
  if (auto refusal = check_host(request.headers, version)) return refusal;
  if (auto refusal = check_framing(request.headers, version)) return refusal;
  const auto& fields = request.headers.fields();
  const bool clean = std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return is_token(field.first) && is_field_value(field.second);
  });
  if (!clean) return refuse(400, "a header field has a character that is not allowed");
  return std::nullopt;
}

}  // namespace beamport::net
