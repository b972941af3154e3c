// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/openapi.h"
#include "beamport/api/test_dataset.h"
#include "beamport/api/test_schema_check.h"
#include "beamport/catalog/damage_book.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/catalog/metadata_fingerprint.h"
#include "beamport/os/file.h"

namespace beamport::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kList = "/api/beamport/v1/datasets";

std::string detail_path(std::string_view name) {
  return fmt::format("{}/{}", kList, id_of(name));
}

std::vector<std::string> findings(const net::Response& response, std::string_view schema) {
  const Json document = *parse_json(openapi_document());
  const Json reference{{"$ref", fmt::format("#/components/schemas/{}", schema)}};
  return schema_findings(TestClient::json_of(response), reference, document);
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  ASSERT_TRUE(os::replace_file(path, as_byte_view(text)));
}

TEST(DatasetRoutes, TheListSummarisesEachDataset) {
  TestClient client;
  const net::Response response = client.get(kList);
  ASSERT_EQ(response.status, 200);
  EXPECT_THAT(findings(response, "DatasetList"), ElementsAre());
  EXPECT_EQ(write_json(TestClient::json_of(response).at("datasets").at(0)),
            fmt::format(R"({{"id":"{}","name":"scan","version":"001122334455","state":"published","problem":null,)"
                        R"("data_type":"uint16","shape":[3,520,600],"voxel_size_um":[0.65,0.65,0.65],)"
                        R"("voxel_size_known":true,"bytes_raw":1872000,"thumbnail":"data:image/jpeg;base64,/9j/"}})",
                        id_of("scan.ome.zarr")));
}

TEST(DatasetRoutes, DamageThatTheScrubFoundIsAStateWithAReason) {
  TestClient client;
  const catalog::DamageBook book(std::filesystem::canonical(client.root()));
  const DatasetId id = catalog::dataset_id_of("scan.ome.zarr");
  const std::string stamp = *catalog::metadata_stamp(client.root() / "scan.ome.zarr");
  ASSERT_TRUE(book.put(id, {"scan.ome.zarr", stamp, "2026-01-02T03:04:05Z", 1, {{"0/c/0", "is missing"}}}));
  client.restart();
  const Json listed = TestClient::json_of(client.get(kList)).at("datasets").at(0);
  EXPECT_EQ(listed.at("state"), "damaged");
  EXPECT_EQ(listed.at("problem"), "damaged on disk: 0/c/0 is missing (found 2026-01-02T03:04:05Z)");
  const net::Response detail = client.get(detail_path("scan.ome.zarr"));
  EXPECT_THAT(findings(detail, "Dataset"), ElementsAre());
  EXPECT_EQ(TestClient::json_of(detail).at("state"), "damaged");
  EXPECT_EQ(TestClient::json_of(detail).at("problem"), listed.at("problem"));

  // The image was replaced since: what was found then says nothing about it.
  ASSERT_TRUE(book.put(id, {"scan.ome.zarr", "another stamp", "2026-01-02T03:04:05Z", 1, {}}));
  client.restart();
  EXPECT_EQ(TestClient::json_of(client.get(kList)).at("datasets").at(0).at("state"), "published");
  EXPECT_EQ(TestClient::json_of(client.get(detail_path("scan.ome.zarr"))).at("state"), "published");
}

TEST(DatasetRoutes, TheListIsRevalidatedByItsTag) {
  TestClient client;
  const net::Response first = client.get(kList);
  EXPECT_EQ(TestClient::header_of(first, "Cache-Control"), "no-cache");
  const std::string etag = TestClient::header_of(first, "ETag");
  const net::Response again = client.get(kList, {{"If-None-Match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(TestClient::text_of(again), "");
}

TEST(DatasetRoutes, TheDetailHoldsWhatAViewerNeeds) {
  TestClient client;
  const net::Response response = client.get(detail_path("scan.ome.zarr"));
  ASSERT_EQ(response.status, 200);
  EXPECT_THAT(findings(response, "Dataset"), ElementsAre());
  const Json dataset = TestClient::json_of(response);
  EXPECT_EQ(dataset.at("tile_size"), 512);
  EXPECT_EQ(dataset.at("zarr_path"), Json(fmt::format("/zarr/{}/", id_of("scan.ome.zarr"))));
  EXPECT_EQ(write_json(dataset.at("levels").at(1).at("shape")), "[2,260,300]");
  EXPECT_EQ(write_json(dataset.at("levels").at(1).at("voxel_size_um")), "[1.3,1.3,1.3]");
  EXPECT_EQ(write_json(dataset.at("levels").at(1).at("translation_um")), "[0.325,0.325,0.325]");
  EXPECT_EQ(write_json(dataset.at("window")), R"({"min":0.0,"max":14232.0,"start":100.0,"end":14000.0})");
  EXPECT_EQ(dataset.at("statistics").at("histogram").at("counts").as_array().size(), 1024U);
  EXPECT_EQ(dataset.at("statistics").at("mean"), 7000.5);
  EXPECT_EQ(dataset.at("thumbnails").at("zy"), "data:image/jpeg;base64,/9j/");
  EXPECT_EQ(write_json(dataset.at("source")), R"({"path_name":"recon_001","slices":3,"notes":["float64 narrowed"]})");
}

TEST(DatasetRoutes, ImagesOfOtherProgramsAreServedWithoutStatistics) {
  TestClient client;
  TestDataset{.generation = ""}.write(client.root() / "foreign.zarr");
  client.restart();
  const net::Response response = client.get(detail_path("foreign.zarr"));
  EXPECT_THAT(findings(response, "Dataset"), ElementsAre());
  const Json dataset = TestClient::json_of(response);
  EXPECT_EQ(dataset.at("statistics"), nullptr);
  EXPECT_EQ(dataset.at("source"), nullptr);
  EXPECT_EQ(dataset.at("version").get_string().size(), 12U);
  EXPECT_EQ(write_json(dataset.at("window")), R"({"min":0.0,"max":16000.0,"start":10.0,"end":9000.0})");
  EXPECT_THAT(std::string(std::string_view(dataset.at("thumbnails").at("xy").get_string())),
              HasSubstr("data:image/jpeg;base64,/9j/"))
      << "drawn, because none is recorded";
}

TEST(DatasetRoutes, ADamagedThumbnailIsNotPassedOn) {
  TestClient client;
  TestDataset{.thumbnail = "\"><script>"}.write(client.root() / "odd.zarr");
  client.restart();
  EXPECT_THAT(TestClient::text_of(client.get(detail_path("odd.zarr"))), Not(HasSubstr("script")));
}

TEST(DatasetRoutes, WhatCannotBeReadIsListedWithTheReason) {
  TestClient client;
  write_text(client.root() / "broken.zarr/zarr.json", "{\"zarr_format\":3,");
  write_text(client.root() / "empty.zarr/readme.txt", "nothing here");
  client.restart();
  const net::Response list = client.get(kList);
  EXPECT_THAT(findings(list, "DatasetList"), ElementsAre());
  const Json datasets = TestClient::json_of(list).at("datasets");
  ASSERT_EQ(datasets.as_array().size(), 3U);
  for (const char* const name : {"broken.zarr", "empty.zarr"}) {
    const net::Response detail = client.get(detail_path(name));
    EXPECT_EQ(detail.status, 200);
    EXPECT_THAT(findings(detail, "Dataset"), ElementsAre());
    const Json dataset = TestClient::json_of(detail);
    EXPECT_EQ(dataset.at("state"), "unreadable") << name;
    const std::string problem(std::string_view(dataset.at("problem").get_string()));
    EXPECT_THAT(problem, Not(IsEmpty()));
    EXPECT_THAT(problem, Not(HasSubstr(client.root().string()))) << "paths of the machine stay inside";
  }
  EXPECT_EQ(datasets.at(0).at("state"), "unreadable");
}

TEST(DatasetRoutes, UnknownAndMalformedIdsAreNotFound) {
  TestClient client;
  const net::Response unknown = client.get(fmt::format("{}/{}", kList, std::string(24, 'a')));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(findings(unknown, "Problem"), ElementsAre());
  const net::Response malformed = client.get(fmt::format("{}/xyz", kList));
  EXPECT_EQ(malformed.status, 404);
  EXPECT_EQ(TestClient::json_of(malformed).at("field"), "id");
  EXPECT_THAT(findings(malformed, "Problem"), ElementsAre());
}

TEST(DatasetRoutes, ANewGenerationIsANewVersionAndTheOldOneIsGone) {
  TestClient client;
  const std::string voxel = TestClient::versioned("/voxels/0/0/0/0");
  EXPECT_EQ(client.get(voxel).status, 200);
  TestDataset{.generation = "ffeeddccbbaa998877665544"}.write(client.root() / "scan.ome.zarr");
  const net::Response gone = client.get(voxel);
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(TestClient::json_of(gone).at("code"), "version_gone");
  EXPECT_THAT(findings(gone, "Problem"), ElementsAre());
  EXPECT_EQ(TestClient::json_of(client.get(detail_path("scan.ome.zarr"))).at("version"), "ffeeddccbbaa");
}

TEST(ServerRoutes, SayWhoAnswers) {
  TestClient client;
  EXPECT_EQ(TestClient::text_of(client.get("/api/beamport/v1/server")),
            R"({"name":"beamport","version":"0.1.0","api":"v1"})");
  EXPECT_THAT(findings(client.get("/api/beamport/v1/server"), "Server"), ElementsAre());
  EXPECT_EQ(TestClient::text_of(client.get("/healthz")), R"({"status":"ok"})");
  EXPECT_EQ(TestClient::text_of(client.get("/api/beamport/v1/openapi.json")), openapi_document());
}

}  // namespace
}  // namespace beamport::api
