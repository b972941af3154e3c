// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/request_body.h"

#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

struct Order {
  std::string what;
  std::optional<std::int64_t> count;
};
BOOST_DESCRIBE_STRUCT(Order, (), (what, count))
constexpr auto notes_of(const Order* /*unused*/) {
  return type_notes("Order", "", FieldNote{.field = "count", .minimum = 1, .maximum = 9});
}

net::Request posted(std::string_view text, std::string content_type = "application/json") {
  net::Request request;
  request.headers.add("Content-Type", std::move(content_type));
  const ByteView bytes = as_byte_view(text);
  request.body.assign(bytes.begin(), bytes.end());
  return request;
}

TEST(RequestBody, IsDecodedStrictly) {
  const auto order = decode_body<Order>(posted(R"({"what": "slices", "count": 3})", "Application/JSON; charset=utf-8"));
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->what, "slices");
  EXPECT_EQ(order->count, 3);
}

TEST(RequestBody, ASayingOfWhatIsWrongNamesTheMember) {
  const auto many = decode_body<Order>(posted(R"({"what": "slices", "count": 10})"));
  ASSERT_FALSE(many.has_value());
  EXPECT_EQ(many.error().status, 400);
  EXPECT_EQ(many.error().field, "/count");
  const auto unknown = decode_body<Order>(posted(R"({"what": "slices", "who": "me"})"));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().detail, testing::HasSubstr("who"));
  EXPECT_EQ(decode_body<Order>(posted("{")).error().status, 400);
  EXPECT_EQ(decode_body<Order>(posted("")).error().status, 400);
  EXPECT_EQ(decode_body<Order>(posted("[]")).error().status, 400);
}

TEST(RequestBody, AFormIsRefused) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
    EXPECT_EQ(decode_body<Order>(posted(R"({"what": "slices"})", type)).error().status, 415) << type;
  }
}

TEST(RequestBody, DeepNestingIsRefused) {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_EQ(decode_body<Order>(posted(deep)).error().status, 400);
}

}  // namespace
}  // namespace beamport::api
