// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/api/openapi.h"
#include "beamport/api/test_dataset.h"
#include "beamport/api/test_schema_check.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/ingest_desk.h"

namespace beamport::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kIngests = "/api/beamport/v1/ingests";
const std::string kToken = "0123456789abcdef0123456789abcdef";
const std::string kId = "0123456789abcdef01234567";

/// Knows one scan, and remembers what it was asked.
class OneScanDesk final : public ingest::IngestDesk {
 public:
  OneScanDesk() {
    scan.id = kId;
    scan.user = "ada";
    scan.date = "20260102";
    scan.name = "scan_1";
    scan.dataset_path = "ada/20260102/scan_1.ome.zarr";
    scan.state = ingest::ScanState::kConverting;
    scan.slices_total = 64;
    scan.revision = 5;
  }

  Result<ingest::ScanView> hand_in(const ingest::HandIn& request) override {
    handed_in = request;
    return scan;
  }
  Result<ingest::ScanView> find(const std::string& id) override {
    if (id != scan.id) return fail(ErrorCode::kNotFound, "there is no such scan");
    return scan;
  }
  Result<std::vector<ingest::ScanView>> list(const Filter& filter) override {
    listed = filter;
    return std::vector{scan};
  }
  Result<ingest::ScanView> retry(const std::string& /*id*/) override {
    return fail(ErrorCode::kFailedPrecondition, "it is being converted");
  }
  Result<ingest::ScanView> cancel(const std::string& id) override {
    scan.state = ingest::ScanState::kCancelled;
    return find(id);
  }
  void listen(Listener listener) override { listener_ = std::move(listener); }

  ingest::ScanView scan;
  ingest::HandIn handed_in;
  Filter listed;
  Listener listener_;
};

class IngestRoutes : public testing::Test {
 protected:
  [[nodiscard]] static std::vector<std::string> findings(const net::Response& response, std::string_view schema) {
    const Json document = *parse_json(openapi_document());
    const Json reference{{"$ref", fmt::format("#/components/schemas/{}", schema)}};
    return schema_findings(TestClient::json_of(response), reference, document);
  }

  net::Response post(std::string_view target, std::string_view body, bool with_token = true) {
    HeaderList headers{{"Content-Type", "application/json"}};
    if (with_token) headers.emplace_back("Authorization", "Bearer " + kToken);
    return client_.send("POST", target, headers, body);
  }

  OneScanDesk desk_;
  TestClient client_{ApiOptions{.desk = &desk_, .ingest_tokens = {kToken}}};
};

TEST_F(IngestRoutes, AProgramHandsAScanIn) {
  const net::Response response = post(kIngests, R"({"source": "/landing/ada/scan_1", "slices": 64})");
  ASSERT_EQ(response.status, 200) << TestClient::text_of(response);
  EXPECT_THAT(findings(response, "Ingest"), ElementsAre());
  EXPECT_EQ(TestClient::header_of(response, "Cache-Control"), "no-store");
  EXPECT_EQ(desk_.handed_in.source, "/landing/ada/scan_1");
  EXPECT_EQ(desk_.handed_in.slices, 64);
  EXPECT_FALSE(desk_.handed_in.user);
  const Json reply = TestClient::json_of(response);
  EXPECT_EQ(reply.at("state"), "converting");
  EXPECT_EQ(reply.at("dataset_id").get_string(), catalog::dataset_id_of("ada/20260102/scan_1.ome.zarr").text());
}

TEST_F(IngestRoutes, NobodyElseDoes) {
  for (const std::string& path :
       {std::string(kIngests), fmt::format("{}/{}/retry", kIngests, kId), fmt::format("{}/{}/cancel", kIngests, kId)}) {
    const net::Response response = post(path, R"({"source": "/landing/x"})", false);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_EQ(TestClient::header_of(response, "WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(desk_.handed_in.source, "");
  EXPECT_EQ(desk_.scan.state, ingest::ScanState::kConverting);
}

TEST_F(IngestRoutes, AWrongBodyIsRefusedAndNamed) {
  const net::Response response = post(kIngests, R"({"source": "/x", "slices": 0})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(TestClient::json_of(response).at("field"), "/slices");
  EXPECT_EQ(post(kIngests, R"({"sources": "/x"})").status, 400);
}

TEST_F(IngestRoutes, ListsFindsAndCancels) {
  const net::Response list = client_.get(fmt::format("{}?show=open&limit=5", kIngests));
  ASSERT_EQ(list.status, 200) << TestClient::text_of(list);
  EXPECT_THAT(findings(list, "IngestList"), ElementsAre());
  EXPECT_TRUE(desk_.listed.open_only);
  EXPECT_EQ(desk_.listed.limit, 5);
  EXPECT_EQ(client_.get(fmt::format("{}?limit=0", kIngests)).status, 400);

  EXPECT_EQ(client_.get(fmt::format("{}/{}", kIngests, kId)).status, 200);
  EXPECT_EQ(client_.get(fmt::format("{}/{}", kIngests, "ffffffffffffffffffffffff")).status, 404);
  EXPECT_EQ(post(fmt::format("{}/{}/retry", kIngests, kId), "").status, 409);
  const net::Response cancelled = post(fmt::format("{}/{}/cancel", kIngests, kId), "");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(TestClient::json_of(cancelled).at("state"), "cancelled");
}

TEST_F(IngestRoutes, EventsBeginWithWhatIsUnderWayAndGoOn) {
  const net::Response response = client_.get(fmt::format("{}/events", kIngests));
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(TestClient::header_of(response, "Content-Type"), "text/event-stream");
  const auto* body = std::get_if<std::shared_ptr<net::TextFeed>>(&response.body);
  ASSERT_NE(body, nullptr);
  net::TextFeed& feed = **body;
  const std::string begin = feed.take().text;
  EXPECT_THAT(begin, HasSubstr("event: ingest\ndata: {\"id\":\"" + kId));
  EXPECT_THAT(begin, testing::EndsWith("event: caught_up\ndata: {}\n\n"));
  desk_.scan.revision = 6;
  EXPECT_TRUE(desk_.listener_(desk_.scan));
  EXPECT_THAT(feed.take().text, HasSubstr("\"revision\":6"));
  feed.abandon();
  EXPECT_FALSE(desk_.listener_(desk_.scan));
}

TEST(IngestRoutesWithoutService, SayThatThereIsNone) {
  TestClient client;
  const net::Response response = client.get(kIngests);
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(TestClient::text_of(response), HasSubstr("without an ingest service"));
}

}  // namespace
}  // namespace beamport::api
