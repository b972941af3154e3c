// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_encode.h"

#include <limits>

#include <gtest/gtest.h>

#include "beamport/base/json_decode.h"

namespace beamport {
namespace {

enum class State { kPublished, kNotYet };
BOOST_DESCRIBE_ENUM(State, kPublished, kNotYet)

struct Reading {
  double value = 0.65;
  std::optional<double> error;
  std::optional<std::string> remark;
  State state = State::kNotYet;
  std::vector<std::uint64_t> counts{1, 18446744073709551615U};
};
BOOST_DESCRIBE_STRUCT(Reading, (), (value, error, remark, state, counts))
constexpr auto notes_of(const Reading* /*unused*/) {
  return type_notes("Reading", "", FieldNote{.field = "remark", .omit_when_null = true});
}

TEST(JsonEncode, WritesMembersInOrderAndAbsentOnesAsNullUnlessLeftOut) {
  EXPECT_EQ(write_json(encode_json(Reading{})),
            R"({"value":0.65,"error":null,"state":"not_yet","counts":[1,18446744073709551615]})");
  Reading said;
  said.remark = "ok";
  EXPECT_EQ(encode_json(said).at("remark"), "ok");
}

TEST(JsonEncode, DecodingGivesTheSameBack) {
  Reading reading;
  reading.error = 0.1;
  reading.state = State::kPublished;
  const auto back = decode_json<Reading>(*parse_json(write_json(encode_json(reading))));
  ASSERT_TRUE(back) << back.error().pointer << back.error().reason;
  EXPECT_EQ(back->error, reading.error);
  EXPECT_EQ(back->state, reading.state);
  EXPECT_EQ(back->counts, reading.counts);
}

TEST(JsonEncode, NumbersThatJsonCannotSayAreNull) {
  EXPECT_EQ(finite_or_null(1.5), 1.5);
  EXPECT_EQ(finite_or_null(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(finite_or_null(-std::numeric_limits<double>::infinity()), std::nullopt);
}

}  // namespace
}  // namespace beamport
