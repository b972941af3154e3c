// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/base/result.h"

namespace beamport::api {
namespace {

TEST(Problem, IsADocumentWithCodeSentenceAndRequestId) {
  Problem problem = not_found("There is no dataset 1.");
  EXPECT_EQ(std::get<std::string>(to_response(problem, "r1").body),
            R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found",)"
            R"("detail":"There is no dataset 1.","request_id":"r1"})");
  problem.field = "id";
  problem.headers.set("Allow", "GET");
  const net::Response response = to_response(problem, "r1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Allow"), "GET");
  EXPECT_THAT(std::get<std::string>(response.body), testing::HasSubstr(R"("field":"id")"));
}

TEST(Problem, ErrorsKeepTheirSentenceUnlessTheySpeakOfTheMachine) {
  const Problem wrong = problem_from(fail(ErrorCode::kCorrupt, "shard 0/c/0: checksum").value());
  EXPECT_EQ(wrong.status, 500);
  EXPECT_EQ(wrong.code, "corrupt");
  EXPECT_EQ(wrong.detail, "shard 0/c/0: checksum");
  const Problem machine = problem_from(fail(ErrorCode::kIo, "/secret/path: EIO").value());
  EXPECT_EQ(machine.status, 500);
  EXPECT_THAT(machine.detail, testing::Not(testing::HasSubstr("secret")));
  EXPECT_EQ(problem_from(fail(ErrorCode::kUnavailable, "away").value()).headers.find("Retry-After"), "2");
}

}  // namespace
}  // namespace beamport::api
