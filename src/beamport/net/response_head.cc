// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/response_head.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include <fmt/format.h>

#include "beamport/base/log.h"
#include "beamport/net/header_text.h"
#include "beamport/net/problem.h"

namespace beamport::net {
namespace {

constexpr std::array<std::string_view, 4> kOwnFields{"Date", "Content-Length", "Transfer-Encoding", "Connection"};

bool may_be_sent(const Headers::Field& field) {
  const auto is_own = [&](std::string_view own) { return equal_ignoring_case(own, field.first); };
  if (std::any_of(kOwnFields.begin(), kOwnFields.end(), is_own)) return false;
  if (is_token(field.first) && is_field_value(field.second)) return true;
  log::error("a response header field with a forbidden character was left out");
  return false;
}

}  // namespace

std::string format_http_date(std::chrono::system_clock::time_point time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

bool status_has_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

std::string format_response_head(const Response& response, std::string_view date, std::string_view connection,
                                 std::string_view request_id) {
  std::string head;
  head.reserve(512);
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_phrase(response.status), date);
  const bool is_feed = std::holds_alternative<std::shared_ptr<TextFeed>>(response.body);
  if (status_has_body(response.status) && !is_feed)
    fmt::format_to(out, "Content-Length: {}\r\n", body_size(response.body));
  if (!connection.empty()) fmt::format_to(out, "Connection: {}\r\n", connection);
  if (!response.headers.find("X-Request-Id")) fmt::format_to(out, "X-Request-Id: {}\r\n", request_id);
  for (const auto& field : response.headers.fields()) {
    if (may_be_sent(field)) fmt::format_to(out, "{}: {}\r\n", field.first, field.second);
  }
  head.append("\r\n");
  return head;
}

}  // namespace beamport::net
