// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport {
namespace {

enum class Plane { kXy, kZy };
BOOST_DESCRIBE_ENUM(Plane, kXy, kZy)

struct Mark {
  std::array<std::int64_t, 3> at{};
  std::optional<std::string> label;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (at, label))
constexpr auto notes_of(const Mark* /*unused*/) {
  return type_notes("Mark", "", FieldNote{.field = "at", .minimum = 0}, FieldNote{.field = "label", .max_length = 5});
}

struct Sheet {
  std::string id;
  Plane plane = Plane::kXy;
  std::vector<Mark> marks;
  std::optional<double> gain;
  std::uint8_t small = 0;
  bool open = false;
};
BOOST_DESCRIBE_STRUCT(Sheet, (), (id, plane, marks, gain, small, open))
constexpr auto notes_of(const Sheet* /*unused*/) {
  return type_notes("Sheet", "", FieldNote{.field = "id", .hex_digits = 4},
                    FieldNote{.field = "marks", .min_length = 1, .max_length = 2},
                    FieldNote{.field = "gain", .minimum = -1, .maximum = 1});
}

constexpr std::string_view kGood =
    R"({"id":"00ff","plane":"zy","marks":[{"at":[1,2,3]}],"gain":0.5,"small":255,"open":true})";

DecodeResult<Sheet> decode(std::string_view text) {
  return decode_json<Sheet>(*parse_json(text));
}

/// "pointer reason" of the refusal after replacing one part of the good text.
std::string refusal(std::string_view part, std::string_view with) {
  std::string text(kGood);
  text.replace(text.find(part), part.size(), with);
  const auto decoded = decode(text);
  return decoded ? "accepted" : decoded.error().pointer + " " + decoded.error().reason;
}

TEST(JsonDecode, ReadsEveryKindOfMember) {
  const auto sheet = decode(kGood);
  ASSERT_TRUE(sheet) << sheet.error().pointer << sheet.error().reason;
  EXPECT_EQ(sheet->id, "00ff");
  EXPECT_EQ(sheet->plane, Plane::kZy);
  EXPECT_THAT(sheet->marks.at(0).at, testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(sheet->marks.at(0).label, std::nullopt);
  EXPECT_EQ(sheet->gain, 0.5);
  EXPECT_EQ(sheet->small, 255);
  EXPECT_TRUE(sheet->open);
}

TEST(JsonDecode, OptionalMembersMayBeAbsentOrNull) {
  EXPECT_EQ(refusal(R"("gain":0.5)", R"("gain":null)"), "accepted");
  EXPECT_EQ(refusal(R"("gain":0.5,)", ""), "accepted");
}

TEST(JsonDecode, RefusalsPointAtThePlace) {
  EXPECT_EQ(refusal(R"("open":true)", R"("open":true,"a/b":1)"), "/a~1b is not a known field");
  EXPECT_EQ(refusal(R"("id":"00ff",)", ""), "/id is missing");
  EXPECT_EQ(refusal("[1,2,3]", "[1,-2,3]"), "/marks/0/at/1 must be at least 0");
  EXPECT_EQ(refusal("[1,2,3]", "[1,2]"), "/marks/0/at must have exactly 3 items");
  EXPECT_EQ(refusal("[1,2,3]", R"([1,2,3],"label":"toolong")"), "/marks/0/label must have at most 5 bytes");
}

TEST(JsonDecode, RangesLengthsAndKindsAreChecked) {
  EXPECT_EQ(refusal("255", "256"), "/small must be at most 255");
  EXPECT_EQ(refusal("255", "-1"), "/small must be at least 0");
  EXPECT_EQ(refusal("255", "1.0"), "/small must be a whole number");
  EXPECT_EQ(refusal("0.5", "1.5"), "/gain must be at most 1");
  EXPECT_EQ(refusal("0.5", "1e999"), "/gain must be a finite number");
  EXPECT_EQ(refusal("0.5", "\"0.5\""), "/gain must be a number");
  EXPECT_EQ(refusal("0.5", "1"), "accepted");
  EXPECT_EQ(refusal("00ff", "00FF"), "/id must be 4 lower-case hexadecimal digits");
  EXPECT_EQ(refusal("00ff", "00f"), "/id must be 4 lower-case hexadecimal digits");
  EXPECT_EQ(refusal("\"zy\"", "\"kZy\""), "/plane must be one of xy, zy");
  EXPECT_EQ(refusal("\"zy\"", "1"), "/plane must be one of xy, zy");
  EXPECT_EQ(refusal("true", "1"), "/open must be true or false");
  EXPECT_EQ(refusal(R"([{"at":[1,2,3]}])", "[]"), "/marks must have at least 1 items");
  EXPECT_EQ(refusal(R"([{"at":[1,2,3]}])", "{}"), "/marks must be an array");
  EXPECT_EQ(refusal(R"({"at":[1,2,3]})", "7"), "/marks/0 must be an object");
}

TEST(JsonDecode, SixtyFourBitNumbersAreExact) {
  EXPECT_EQ(decode_json<std::int64_t>(*parse_json("-9223372036854775808")), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(decode_json<std::int64_t>(*parse_json("9223372036854775808")));
  EXPECT_EQ(decode_json<std::uint64_t>(*parse_json("18446744073709551615")), std::numeric_limits<std::uint64_t>::max());
}

TEST(JsonDecode, BecomesAnOrdinaryErrorWithThePlaceInFront) {
  const auto decoded = decode("[]");
  ASSERT_FALSE(decoded);
  EXPECT_EQ(to_error(decoded.error(), "sheet").message, "sheet: the value must be an object");
  EXPECT_EQ(to_error({"/id", "is missing"}, "sheet").message, "sheet: /id is missing");
}

}  // namespace
}  // namespace beamport
