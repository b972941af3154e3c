// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/openapi.h"

#include <cstdlib>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/routes.h"
#include "beamport/os/file.h"

namespace beamport::api {
namespace {

using testing::Contains;

Json document() {
  return *parse_json(openapi_document());
}

/// Follows a JSON pointer and gives the text found, or "".
std::string text_at(const Json& json, std::string_view pointer) {
  boost::system::error_code error;
  const Json* found = json.find_pointer(pointer, error);
  return found == nullptr ? "" : write_json(*found);
}

TEST(Openapi, TheCommittedFileIsWhatTheProgramPrints) {
  const std::filesystem::path file = std::filesystem::path(BEAMPORT_SOURCE_DIR) / "openapi/openapi.json";
  const std::string printed = openapi_document();
  if (std::getenv("BEAMPORT_UPDATE_OPENAPI") != nullptr) {
    ASSERT_TRUE(os::replace_file(file, as_byte_view(printed)));
  }
  const auto committed = os::read_file(file, 1 << 24);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_TRUE(as_text(*committed) == printed)
      << "openapi/openapi.json is not what the endpoint table says. If the change is meant, write the file anew with\n"
         "  beamport openapi > openapi/openapi.json\nand make the front end's types from it.";
}

TEST(Openapi, DescribesOperationsParametersAndAnswers) {
  const Json json = document();
  EXPECT_EQ(text_at(json, "/openapi"), "\"3.1.0\"");
  const std::string voxel =
      "/paths/~1api~1beamport~1v1~1datasets~1{id}~1v~1{version}~1voxels~1{level}~1{z}~1{y}~1{x}/get";
  EXPECT_EQ(text_at(json, voxel + "/operationId"), "\"getVoxel\"");
  EXPECT_EQ(text_at(json, voxel + "/parameters/0"),
            R"({"name":"id","in":"path","required":true,"schema":{"type":"string","pattern":"^[0-9a-f]{24}$"}})");
  EXPECT_EQ(text_at(json, voxel + "/responses/200/content/application~1json/schema"),
            R"({"$ref":"#/components/schemas/VoxelValue"})");
  EXPECT_EQ(text_at(json, voxel + "/responses/410"), R"({"$ref":"#/components/responses/Problem"})");
  EXPECT_EQ(text_at(json, "/paths/~1zarr~1{id}~1{key}/get/operationId"), "\"getZarrKey\"");
  EXPECT_EQ(text_at(json, "/paths/~1d~1{id}"), "") << "pages are no part of the API";
}

TEST(Openapi, QueryParametersAreOptionalOrRequiredAsTheirTypesSay) {
  const Json json = document();
  const std::string tile =
      "/paths/~1api~1beamport~1v1~1datasets~1{id}~1v~1{version}~1tiles~1{plane}~1{level}~1{index}~1{tx}~1{ty}.{format}"
      "/get/parameters/";
  EXPECT_EQ(text_at(json, tile + "2/schema/enum"), R"(["xy","xz","zy"])");
  EXPECT_EQ(text_at(json, tile + "8/name"), "\"w\"");
  EXPECT_EQ(text_at(json, tile + "8/in"), "\"query\"");
  EXPECT_EQ(text_at(json, tile + "8/required"), "false");
  EXPECT_EQ(text_at(json, tile + "8/explode"), "false");
  const std::string bricks =
      "/paths/~1api~1beamport~1v1~1datasets~1{id}~1v~1{version}~1bricks~1{level}/get/parameters/3/";
  EXPECT_EQ(text_at(json, bricks + "in"), "\"query\"");
  EXPECT_EQ(text_at(json, bricks + "required"), "true");
}

void collect_references(const Json& json, std::set<std::string>& references) {
  if (const auto* object = json.if_object()) {
    for (const auto& [key, value] : *object) {
      if (key == "$ref") references.insert(std::string(std::string_view(value.get_string())));
      collect_references(value, references);
    }
  } else if (const auto* array = json.if_array()) {
    for (const Json& item : *array) collect_references(item, references);
  }
}

TEST(Openapi, EveryReferenceLeadsSomewhere) {
  const Json json = document();
  std::set<std::string> references;
  collect_references(json, references);
  EXPECT_THAT(references, Contains("#/components/schemas/Problem"));
  for (const std::string& reference : references) {
    EXPECT_NE(text_at(json, std::string_view(reference).substr(1)), "") << reference;
  }
}

}  // namespace
}  // namespace beamport::api
