// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/parameter_decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

enum class Format { kJpg, kRaw };
BOOST_DESCRIBE_ENUM(Format, kJpg, kRaw)

struct Wanted {
  std::int64_t z = 0;
  Format format = Format::kJpg;
  std::optional<std::array<double, 2>> w;
  std::vector<std::string> at;
};
BOOST_DESCRIBE_STRUCT(Wanted, (), (z, format, w, at))
constexpr auto notes_of(const Wanted* /*unused*/) {
  return type_notes("Wanted", "", FieldNote{.field = "z", .minimum = 0, .maximum = 99},
                    FieldNote{.field = "at", .max_length = 2});
}

tl::expected<Wanted, Problem> decode(const PathParameters& path, std::string_view query,
                                     ExtraQuery extra = ExtraQuery::kRefused) {
  const auto target = net::parse_target("/x" + std::string(query));
  return decode_parameters<Wanted>(path, *target, extra);
}

/// "status code field" of the refusal.
std::string refusal(const PathParameters& path, std::string_view query) {
  const auto decoded = decode(path, query);
  if (decoded) return "accepted";
  return std::to_string(decoded.error().status) + " " + decoded.error().code + " " + decoded.error().field;
}

TEST(ParameterDecode, PathAndQueryFillOneStruct) {
  const auto wanted = decode({{"z", "7"}, {"format", "raw"}}, "?w=-0.5,1e3&at=a,b");
  ASSERT_TRUE(wanted) << wanted.error().detail;
  EXPECT_EQ(wanted->z, 7);
  EXPECT_EQ(wanted->format, Format::kRaw);
  EXPECT_THAT(*wanted->w, testing::ElementsAre(-0.5, 1000.0));
  EXPECT_THAT(wanted->at, testing::ElementsAre("a", "b"));
  EXPECT_EQ(decode({{"z", "7"}, {"format", "raw"}}, "?at=a")->w, std::nullopt);
}

TEST(ParameterDecode, AWrongPathIsNothingAndAWrongQueryIsAWrongQuestion) {
  EXPECT_EQ(refusal({{"z", "-1"}, {"format", "raw"}}, "?at=a"), "404 not_found z");
  EXPECT_EQ(refusal({{"z", "100"}, {"format", "raw"}}, "?at=a"), "404 not_found z");
  EXPECT_EQ(refusal({{"z", "1x"}, {"format", "raw"}}, "?at=a"), "404 not_found z");
  EXPECT_EQ(refusal({{"z", "99999999999999999999"}, {"format", "raw"}}, "?at=a"), "404 not_found z");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "bmp"}}, "?at=a"), "404 not_found format");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, ""), "400 invalid_parameter at");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, "?at=a,b,c"), "400 invalid_parameter at");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, "?at=a&w=1"), "400 invalid_parameter w");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, "?at=a&w=1,nan"), "400 invalid_parameter w");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, "?at=a&x=1"), "400 invalid_parameter x");
  EXPECT_EQ(refusal({{"z", "1"}, {"format", "raw"}}, "?at=a&z=2"), "400 invalid_parameter z");
}

TEST(ParameterDecode, ForeignParametersCanBeIgnored) {
  EXPECT_TRUE(decode({{"z", "1"}, {"format", "raw"}}, "?at=a&utm=1", ExtraQuery::kIgnored));
}

}  // namespace
}  // namespace beamport::api
