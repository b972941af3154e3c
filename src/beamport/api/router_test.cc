// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct IdPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(IdPath, (), (id))
constexpr auto notes_of(const IdPath* /*unused*/) {
  return type_notes("IdPath", "");
}

struct KeyPath {
  std::string id;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(KeyPath, (), (id, key))
constexpr auto notes_of(const KeyPath* /*unused*/) {
  return type_notes("KeyPath", "");
}

template <typename Parameters>
Answer answer(const Call& /*call*/, const Parameters& /*parameters*/) {
  return net::Response{};
}

template <typename Parameters = NoParameters>
Endpoint row(std::string_view method, std::string_view path, std::string_view operation_id,
             Permission permission = Permission::kPublic) {
  return content_endpoint<Parameters>({.method = method,
                                       .path = path,
                                       .operation_id = operation_id,
                                       .tag = "t",
                                       .summary = "s",
                                       .permission = permission},
                                      {"text/plain"}, &answer<Parameters>);
}

std::vector<Endpoint> some_rows() {
  return {row("GET", "/", "root"),
          row("GET", "/a/b", "literal"),
          row<IdPath>("GET", "/a/{id}", "capture"),
          row<IdPath>("POST", "/a/{id}", "post"),
          row<IdPath>("GET", "/a/{id}/deep", "deep"),
          row<KeyPath>("GET", "/z/{id}/{key...}", "rest")};
}

Router::Found find(std::string_view method, std::string_view target) {
  static const Router kRouter = std::move(*Router::build(some_rows()));
  return kRouter.find(method, *net::parse_target(target));
}

std::string_view found(std::string_view method, std::string_view target) {
  const auto result = find(method, target);
  return result.endpoint == nullptr ? "none" : result.endpoint->text.operation_id;
}

TEST(Router, TextWinsOverCapturesAndCapturesOverTheRest) {
  EXPECT_EQ(found("GET", "/"), "root");
  EXPECT_EQ(found("GET", "/a/b"), "literal");
  EXPECT_EQ(found("GET", "/a/c"), "capture");
  EXPECT_EQ(found("GET", "/a/b/deep"), "deep") << "backs out of the literal";
  EXPECT_EQ(found("GET", "/z/1/x/y"), "rest");
  EXPECT_EQ(found("GET", "/z/1/"), "rest");
  EXPECT_EQ(found("GET", "/q"), "none");
  EXPECT_EQ(found("GET", "/a"), "none");
  EXPECT_EQ(found("GET", "/a/b/"), "none") << "a trailing slash is another address";
}

TEST(Router, CapturesAreNamed) {
  EXPECT_THAT(find("GET", "/a/b/deep").path, ElementsAre(Pair("id", "b")));
  EXPECT_THAT(find("GET", "/z/1/0/c/zarr.json").path, ElementsAre(Pair("id", "1"), Pair("key", "0/c/zarr.json")));
  EXPECT_THAT(find("GET", "/z/1").path, ElementsAre(Pair("id", "1"), Pair("key", "")));
}

TEST(Router, HeadIsGetAndOtherMethodsAreToldWhatIsAllowed) {
  EXPECT_EQ(found("HEAD", "/a/c"), "capture");
  EXPECT_EQ(found("DELETE", "/a/c"), "none");
  EXPECT_THAT(find("DELETE", "/a/c").allow, ElementsAre("GET", "HEAD", "POST", "OPTIONS"));
  EXPECT_THAT(find("GET", "/q").allow, ElementsAre());
}

std::string refusal(Endpoint extra) {
  std::vector<Endpoint> rows = some_rows();
  rows.push_back(std::move(extra));
  const auto router = Router::build(std::move(rows));
  return router ? "accepted" : router.error().message;
}

TEST(Router, ARouteWithoutPermissionStopsTheServer) {
  EXPECT_THAT(refusal(row("GET", "/open", "open", Permission::kUndeclared)),
              testing::AllOf(HasSubstr("GET /open"), HasSubstr("declares no permission")));
}

TEST(Router, RefusesTablesThatContradictThemselves) {
  EXPECT_EQ(refusal(row("GET", "/new", "new")), "accepted");
  EXPECT_THAT(refusal(row("GET", "/a/b", "again")), HasSubstr("same method and path"));
  EXPECT_THAT(refusal(row("GET", "/new", "deep")), HasSubstr("is taken"));
  EXPECT_THAT(refusal(row("GET", "/new/{id}", "new")), HasSubstr("{id} is no required parameter"));
  EXPECT_THAT(refusal(row<KeyPath>("GET", "/new/{id}/{id}", "new")), HasSubstr("{id} occurs twice"));
  EXPECT_THAT(refusal(row("GET", "/new", "")), HasSubstr("operation id"));
  EXPECT_THAT(refusal(row("HEAD", "/new", "new")), HasSubstr("method"));
  EXPECT_THAT(refusal(row("GET", "new", "new")), HasSubstr("does not begin with /"));
}

}  // namespace
}  // namespace beamport::api
