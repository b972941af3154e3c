// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/catalog.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/access/decision.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::catalog {
namespace {

using access::Action;
using access::Decision;
using access::Moment;
using std::chrono::days;

const Moment kStart{std::chrono::milliseconds(1'773'446'400'000)};  // 2026-03-14T00:00:00Z

class CatalogTest : public testing::Test {
 protected:
  std::unique_ptr<Catalog> open() {
    return Catalog::open(directory_.path() / "catalog.sqlite", {.facility = "Test", .now = [this] { return now_; }})
        .value();
  }
  [[nodiscard]] static BeamTimeRequest request(const std::string& key = "door:1") {
    return {.key = key,
            .proposal = "MX-123",
            .title = "Lungs",
            .beamline = "P14",
            .account = "p14u042",
            .begins = kStart,
            .ends = kStart + days(3),
            .people = {{.key = "door:anna", .name = "Anna", .mail = "anna@example.org", .role = VisitRole::kLeader},
                       {.key = "door:ben", .name = "Ben", .mail = "ben@example.org"}}};
  }
  [[nodiscard]] access::Principal person(const std::string& key) {
    const auto people = catalog_->people().value();
    for (const Person& one : people) {
      if (one.key != key) continue;
      access::Principal principal = catalog_->tree().value()->principal_of(one.id).value();
      principal.assurance = access::Assurance::kFresh;
      return principal;
    }
    ADD_FAILURE() << "no person " << key;
    return {};
  }
  [[nodiscard]] Decision ask(const std::string& key, Action action, const access::NodeId& object) {
    const auto tree = catalog_->tree().value();
    return may(person(key), action, *tree->find(object.text()), now_);
  }
  [[nodiscard]] access::NodeId dataset(int number, const std::string& user = "p14u042",
                                       const std::string& date = "20260314") {
    const auto id = access::NodeId::parse(fmt::format("{:024x}", number)).value();
    const auto made =
        catalog_->ensure_datasets("ingest", {{.id = id,
                                              .image = fmt::format("{}/{}/{}.ome.zarr", user, date, number),
                                              .beamline = "P14",
                                              .folders = {user, date},
                                              .name = fmt::format("scan {}", number)}});
    EXPECT_TRUE(made) << made.error().message;
    return id;
  }

  Moment now_ = kStart;
  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::unique_ptr<Catalog> catalog_ = open();
};

TEST_F(CatalogTest, BeginsWithTheFacilityAndAnAdminAndStaysSo) {
  catalog_.reset();
  catalog_ = open();
  EXPECT_EQ(catalog_->tree().value()->nodes().size(), 1U);
  ASSERT_EQ(catalog_->people().value().size(), 1U);
  EXPECT_EQ(catalog_->people().value().front().kind, PersonKind::kAdmin);
  EXPECT_EQ(catalog_->audit({}).value().size(), 2U);
}

TEST_F(CatalogTest, ABeamTimeBecomesFoldersTeamAndRights) {
  const EnsuredBeamTime made = catalog_->ensure_beam_time("user office", request()).value();
  EXPECT_TRUE(made.is_new);
  const access::NodeId scan = dataset(1);
  const auto tree = catalog_->tree().value();
  const access::Node* node = tree->find(scan.text());
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->parent->id, made.beam_time.folder);
  EXPECT_EQ(tree->stored(*node->parent).name, "20260314");
  EXPECT_EQ(tree->stored(*node->parent->parent).name, "p14u042");
  EXPECT_EQ(tree->stored(*node->parent->parent->parent).name, "P14");
  EXPECT_EQ(ask("door:ben", Action::kAnnotate, scan), Decision::kAllow);
  EXPECT_EQ(ask("door:ben", Action::kGrant, scan), Decision::kForbid);
  EXPECT_EQ(ask("door:anna", Action::kGrant, scan), Decision::kAllow);
}

TEST_F(CatalogTest, ADatasetThatCameBeforeItsBeamTimeIsFoundByItsPeople) {
  const access::NodeId scan = dataset(1);
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", request()));
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kAllow);
}

TEST_F(CatalogTest, SayingItTwiceChangesNothing) {
  const auto first = catalog_->ensure_beam_time("user office", request()).value();
  const std::size_t events = catalog_->audit({.limit = 1000}).value().size();
  const auto second = catalog_->ensure_beam_time("user office", request()).value();
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.beam_time, first.beam_time);
  EXPECT_FALSE(second.token);
  EXPECT_EQ(catalog_->audit({.limit = 1000}).value().size(), events);
}

TEST_F(CatalogTest, AHundredAtOnceMakeOneOfEach) {
  std::vector<std::unique_ptr<Catalog>> others;  // as in other processes
  for (int i = 0; i < 4; ++i) others.push_back(open());
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 100; ++i) {
      callers.emplace_back(
          [&, i] { EXPECT_TRUE(others[static_cast<std::size_t>(i % 4)]->ensure_beam_time("user office", request())); });
    }
  }
  EXPECT_EQ(catalog_->beam_times().value().size(), 1U);
  EXPECT_EQ(catalog_->teams().value().size(), 1U);
  EXPECT_EQ(catalog_->people().value().size(), 3U);
  EXPECT_EQ(catalog_->members().value().size(), 2U);
  EXPECT_EQ(catalog_->tokens().value().size(), 1U);
  EXPECT_EQ(catalog_->tree().value()->nodes().size(), 5U);  // facility, beamline, team, user, date
  const auto folder = catalog_->beam_times().value().front().folder;
  EXPECT_EQ(catalog_->grants_on(folder).value().size(), 1U);
  EXPECT_FALSE(catalog_->verify_audit()->broken);
}

TEST_F(CatalogTest, WhoIsNoLongerNamedLosesAccessAndWhoIsNewGetsIt) {
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", request()));
  const access::NodeId scan = dataset(1);
  BeamTimeRequest changed = request();
  changed.people[1] = {.key = "", .name = "Cleo", .mail = "Cleo@Example.org"};
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", changed));
  EXPECT_EQ(ask("door:ben", Action::kList, scan), Decision::kHide);
  EXPECT_EQ(ask("mail:cleo@example.org", Action::kReadData, scan), Decision::kAllow);
}

TEST_F(CatalogTest, AccessEndsByItselfLongAfterAndAtOnceWhenItIsClosed) {
  const auto made = catalog_->ensure_beam_time("user office", request()).value();
  const access::NodeId scan = dataset(1);
  now_ = kStart + days(3 + 3 * 365) - std::chrono::milliseconds(1);
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kAllow);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kHide);
  now_ = kStart + days(1);
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kAllow);
  ASSERT_TRUE(catalog_->close_beam_time("user office", "door:1"));
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kHide);
  EXPECT_EQ(ask("door:anna", Action::kReadData, scan), Decision::kHide);
  EXPECT_TRUE(catalog_->find_token(made.token->text).value()->revoked);
  // Closed is closed.
  EXPECT_TRUE(catalog_->ensure_beam_time("user office", request()).value().beam_time.closed);
  EXPECT_EQ(ask("door:ben", Action::kReadData, scan), Decision::kHide);
}

TEST_F(CatalogTest, AnotherProposalOnTheSameDayHasAFolderOfItsOwn) {
  const auto first = catalog_->ensure_beam_time("user office", request()).value();
  BeamTimeRequest other = request("door:2");
  other.proposal = "MX-999";
  other.people = {{.key = "door:eve", .name = "Eve"}};
  const auto second = catalog_->ensure_beam_time("user office", other).value();
  EXPECT_NE(second.beam_time.folder, first.beam_time.folder);
  EXPECT_EQ(ask("door:eve", Action::kList, first.beam_time.folder), Decision::kHide);
  EXPECT_EQ(ask("door:anna", Action::kList, second.beam_time.folder), Decision::kHide);
}

TEST_F(CatalogTest, WhoGrantsAtOneBeamlineHasNoSayAtAnother) {
  const auto first = catalog_->ensure_beam_time("user office", request()).value();
  const access::NodeId scan = dataset(1);
  BeamTimeRequest taken = request();
  taken.beamline = "P13";
  taken.people.push_back({.key = "door:eve", .name = "Eve", .mail = "", .role = VisitRole::kLeader});
  EXPECT_EQ(catalog_->ensure_beam_time("staff of P13", taken).error().code, ErrorCode::kFailedPrecondition);
  // Nor by the same proposal under another key.
  taken.key = "door:2";
  const auto second = catalog_->ensure_beam_time("staff of P13", taken).value();
  EXPECT_NE(second.beam_time.team, first.beam_time.team);
  EXPECT_EQ(ask("door:eve", Action::kList, scan), Decision::kHide);
}

TEST_F(CatalogTest, AccountsThatOnlyLookAlikeAreTwo) {
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", request()));
  const access::NodeId own = dataset(1);
  const access::NodeId other = dataset(2, "P14U042");
  EXPECT_EQ(ask("door:ben", Action::kReadData, own), Decision::kAllow);
  EXPECT_EQ(ask("door:ben", Action::kList, other), Decision::kHide);
  // The next scan of that account lies beside the one before.
  const access::NodeId next = dataset(3, "P14U042");
  const auto tree = catalog_->tree().value();
  EXPECT_EQ(tree->find(next.text())->parent, tree->find(other.text())->parent);
}

TEST_F(CatalogTest, TheAutomationsTokenHandsInForItsFolderOnly) {
  const auto made = catalog_->ensure_beam_time("user office", request()).value();
  ASSERT_TRUE(made.token);
  const auto token = catalog_->find_token(made.token->text).value();
  ASSERT_TRUE(token);
  const auto tree = catalog_->tree().value();
  const auto principal = tree->principal_of(*token).value();
  EXPECT_EQ(may(principal, Action::kWriteData, *tree->find(made.beam_time.folder.text()), now_), Decision::kAllow);
  EXPECT_EQ(may(principal, Action::kReadData, *tree->find(made.beam_time.folder.text()), now_), Decision::kForbid);
  EXPECT_EQ(may(principal, Action::kWriteData, *tree->find(made.beam_time.beamline.text()), now_), Decision::kHide);
  EXPECT_EQ(may(principal, Action::kWriteData, *tree->find(made.beam_time.folder.text()), kStart + days(11)),
            Decision::kHide);
  std::string other = made.token->text;
  other.replace(40, 1, other[40] == '0' ? "1" : "0");
  EXPECT_FALSE(catalog_->find_token(other).value());
}

TEST_F(CatalogTest, AGrantAndItsEndAreSeenByTheNextQuestionOfAnotherProcess) {
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", request()));
  const access::NodeId scan = dataset(1);
  const auto eve = catalog_->ensure_person("staff", {.key = "door:eve", .name = "Eve"}).value().value.id;
  EXPECT_EQ(ask("door:eve", Action::kReadData, scan), Decision::kHide);
  const auto other = open();
  const GivenGrant given =
      other->give("staff", {.node = scan, .grant = {.subject = eve}, .reason = "asked by mail"}).value();
  EXPECT_EQ(ask("door:eve", Action::kReadData, scan), Decision::kAllow);
  ASSERT_TRUE(other->end_grant("staff", given.id));
  EXPECT_EQ(ask("door:eve", Action::kReadData, scan), Decision::kHide);
  EXPECT_TRUE(catalog_->end_grant("staff", given.id)) << "ended already is fine";
  EXPECT_EQ(catalog_->end_grant("staff", "none").error().code, ErrorCode::kNotFound);
}

TEST_F(CatalogTest, AnEditOfAnOldVersionIsRefused) {
  const access::NodeId scan = dataset(1);
  TreeNode node = catalog_->tree().value()->stored(*catalog_->tree().value()->find(scan.text()));
  TreeNode other = node;
  node.name = "first";
  ASSERT_TRUE(catalog_->change_node("anna", node, "dataset.rename"));
  other.name = "second";
  EXPECT_EQ(catalog_->change_node("ben", other, "dataset.rename").error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(CatalogTest, NothingMovesBelowItself) {
  const auto made = catalog_->ensure_beam_time("user office", request()).value();
  const auto tree = catalog_->tree().value();
  const access::Node* date = tree->find(made.beam_time.folder.text());
  TreeNode user = tree->stored(*date->parent);
  user.parent = date->id;
  EXPECT_EQ(catalog_->change_node("anna", user, "folder.move").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CatalogTest, TwoObjectsDoNotShareANameUnlessOneIsDeleted) {
  const access::NodeId first = dataset(1);
  const access::NodeId second = dataset(2);
  const auto stored = [&](const access::NodeId& id) {
    const auto tree = catalog_->tree().value();
    return tree->stored(*tree->find(id.text()));
  };
  TreeNode node = stored(second);
  node.name = "SCAN 1";
  EXPECT_EQ(catalog_->change_node("anna", node, "dataset.rename").error().code, ErrorCode::kAlreadyExists);
  TreeNode gone = stored(first);
  gone.deleted = now_;
  ASSERT_TRUE(catalog_->change_node("anna", gone, "dataset.delete"));
  EXPECT_TRUE(catalog_->change_node("anna", node, "dataset.rename"));
}

TEST_F(CatalogTest, ATeamKeepsAManager) {
  ASSERT_TRUE(catalog_->ensure_beam_time("user office", request()));
  const auto team = catalog_->teams().value().front().id;
  const auto anna = person("door:anna").user.value();
  EXPECT_EQ(catalog_->remove_member("staff", team, anna).error().code, ErrorCode::kFailedPrecondition);
  const auto ben = person("door:ben").user.value();
  ASSERT_TRUE(catalog_->put_member("staff", {.team = team, .person = ben, .is_manager = true}));
  EXPECT_TRUE(catalog_->remove_member("staff", team, anna));
}

TEST_F(CatalogTest, ATokenEndsWithinAYearAndIsNeverKept) {
  const TokenRequest request{.name = "script", .scopes = {access::Scope::kDatasetRead}, .expires = now_ + days(30)};
  const NewToken made = catalog_->make_token("anna", request).value();
  EXPECT_TRUE(catalog_->find_token(made.text).value());
  ASSERT_TRUE(catalog_->revoke_token("anna", made.token.id));
  EXPECT_TRUE(catalog_->find_token(made.text).value()->revoked);
  EXPECT_FALSE(catalog_->tree().value()->principal_of(*catalog_->find_token(made.text).value()));
  TokenRequest wrong = request;
  wrong.expires = now_ + days(367);
  EXPECT_FALSE(catalog_->make_token("anna", wrong));
  wrong.expires = now_;
  EXPECT_FALSE(catalog_->make_token("anna", wrong));
  wrong = request;
  wrong.scopes.clear();
  EXPECT_FALSE(catalog_->make_token("anna", wrong));
  const auto entries = catalog_->audit({}).value();
  for (const AuditEntry& entry : entries) {
    EXPECT_EQ(entry.details.find(made.text.substr(29, 64)), std::string::npos);
  }
}

TEST_F(CatalogTest, WhatFailsHalfWayLeavesNothing) {
  BeamTimeRequest wrong = request();
  wrong.people.push_back({.key = "", .name = "Nobody", .mail = ""});
  EXPECT_FALSE(catalog_->ensure_beam_time("user office", wrong));
  EXPECT_TRUE(catalog_->beam_times().value().empty());
  EXPECT_EQ(catalog_->tree().value()->nodes().size(), 1U);
  EXPECT_EQ(catalog_->people().value().size(), 1U);
}

}  // namespace
}  // namespace beamport::catalog
