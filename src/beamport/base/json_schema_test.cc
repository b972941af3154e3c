// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/json_schema.h"

#include <gtest/gtest.h>

namespace beamport {
namespace {

enum class Kind { kFull, kPart };
BOOST_DESCRIBE_ENUM(Kind, kFull, kPart)

struct Inner {
  std::uint8_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (n))
constexpr auto notes_of(const Inner* /*unused*/) {
  return type_notes("Inner", "");
}

struct Outer {
  std::array<double, 2> size{};
  std::optional<Inner> inner;
  std::optional<std::string> hint;
  Kind kind = Kind::kFull;
  std::vector<std::string> ids;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (size, inner, hint, kind, ids))
constexpr auto notes_of(const Outer* /*unused*/) {
  return type_notes("Outer", "A thing.", FieldNote{.field = "size", .text = "Edge", .unit = "micrometre", .minimum = 0},
                    FieldNote{.field = "hint", .omit_when_null = true},
                    FieldNote{.field = "ids", .max_length = 9, .hex_digits = 4});
}

TEST(JsonSchema, StructsAreCollectedAndReferredTo) {
  SchemaBook book("#/components/schemas/");
  EXPECT_EQ(write_json(book.schema_of<Outer>(SchemaUse::kResponse)), R"({"$ref":"#/components/schemas/Outer"})");
  EXPECT_EQ(write_json(book.schemas().at("Outer")),
            R"({"type":"object","description":"A thing.","properties":{)"
            R"("size":{"type":"array","prefixItems":[{"type":"number","minimum":0},{"type":"number","minimum":0}],)"
            R"("items":false,"minItems":2,"maxItems":2,"description":"Edge","x-unit":"micrometre"},)"
            R"("inner":{"anyOf":[{"$ref":"#/components/schemas/Inner"},{"type":"null"}]},)"
            R"("hint":{"type":"string"},)"
            R"("kind":{"type":"string","enum":["full","part"]},)"
            R"("ids":{"type":"array","items":{"type":"string","pattern":"^[0-9a-f]{4}$"},"maxItems":9}},)"
            R"("required":["size","inner","kind","ids"],"additionalProperties":false})");
  EXPECT_EQ(write_json(book.schemas().at("Inner")),
            R"({"type":"object","properties":{"n":{"type":"integer","minimum":0}},"required":["n"],)"
            R"("additionalProperties":false})");
}

TEST(JsonSchema, InRequestsOptionalMembersMayBeLeftOut) {
  SchemaBook book("#/");
  (void)book.schema_of<Outer>(SchemaUse::kRequest);
  EXPECT_EQ(write_json(book.schemas().at("Outer").at("required")), R"(["size","kind","ids"])");
}

TEST(JsonSchema, OptionalScalarsAndChoicesMayBeNull) {
  SchemaBook book("#/");
  EXPECT_EQ(write_json(book.schema_of<std::optional<double>>(SchemaUse::kResponse)), R"({"type":["number","null"]})");
  EXPECT_EQ(write_json(book.schema_of<std::optional<Kind>>(SchemaUse::kResponse, {.text = "Which"})),
            R"({"description":"Which","anyOf":[{"type":"string","enum":["full","part"]},{"type":"null"}]})");
}

}  // namespace
}  // namespace beamport
