// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/test_schema_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

std::size_t findings(std::string_view value, std::string_view schema) {
  return schema_findings(*parse_json(value), *parse_json(schema), Json()).size();
}

TEST(SchemaCheck, FindsWhatDoesNotFit) {
  EXPECT_EQ(findings("1", R"({"type":"integer","minimum":0})"), 0U);
  EXPECT_EQ(findings("-1", R"({"type":"integer","minimum":0})"), 1U);
  EXPECT_EQ(findings("1.5", R"({"type":"integer"})"), 1U);
  EXPECT_EQ(findings("null", R"({"type":["number","null"]})"), 0U);
  EXPECT_EQ(findings("null", R"({"anyOf":[{"type":"string"},{"type":"number"}]})"), 1U);
  EXPECT_EQ(findings("\"b\"", R"({"enum":["a"]})"), 1U);
  EXPECT_EQ(findings("\"0g\"", R"({"pattern":"^[0-9a-f]{2}$"})"), 1U);
  EXPECT_EQ(findings("[1,2]", R"({"prefixItems":[{"type":"integer"}],"items":false})"), 1U);
  EXPECT_EQ(findings(R"({"a":1})", R"({"properties":{"b":{}},"required":["b"],"additionalProperties":false})"), 2U);
  EXPECT_EQ(findings("1", R"({"multipleOf":1})"), 1U) << "an unknown keyword";
}

}  // namespace
}  // namespace beamport::api
