// SPDX-License-Identifier: Apache-2.0
#include "beamport/access/decision.h"

#include <utility>

#include <gtest/gtest.h>

#include "beamport/access/test_world.h"

namespace beamport::access {
namespace {

using enum Action;
using enum Decision;

class DecisionTest : public testing::Test {
 protected:
  [[nodiscard]] Decision ask(const Principal& principal, Action action) const {
    return may(principal, action, world.dataset, kNow);
  }

  TestWorld world;
};

TEST_F(DecisionTest, AnonymousSeesNothing) {
  for (int number = 0; number < kActionCount; ++number) EXPECT_EQ(ask({}, static_cast<Action>(number)), kHide);
}

TEST_F(DecisionTest, APublicObjectIsReadByEverybodyAndChangedByNobody) {
  world.beam_time.is_public = true;
  EXPECT_EQ(ask({}, kReadData), kAllow);
  EXPECT_EQ(ask({}, kExport), kAllow);
  EXPECT_EQ(ask({}, kAnnotate), kForbid);
  EXPECT_EQ(may({}, kList, world.user_folder, kNow), kHide);
}

TEST_F(DecisionTest, APublicObjectStaysHiddenUntilTheEmbargoEnds) {
  world.dataset.is_public = true;
  world.beam_time.embargo_until = kLater;
  EXPECT_EQ(ask({}, kReadData), kHide);
  EXPECT_EQ(may({}, kReadData, world.dataset, kLater), kAllow);
}

TEST_F(DecisionTest, WhatIsPublicAboveDoesNotReachIntoARestrictedFolder) {
  world.user_folder.is_public = true;
  world.beam_time.is_restricted = true;
  EXPECT_EQ(ask({}, kReadData), kHide);
  world.beam_time.is_public = true;
  EXPECT_EQ(ask({}, kReadData), kAllow);
}

TEST_F(DecisionTest, ATeamsMembersDoWhatItsGrantGives) {
  EXPECT_EQ(ask(world.member(), kAnnotate), kAllow);
  EXPECT_EQ(ask(world.member(), kMove), kForbid);
  EXPECT_EQ(may(world.member(), kReadData, world.layer, kNow), kAllow);
  EXPECT_EQ(ask(world.stranger(), kList), kHide);
}

TEST_F(DecisionTest, AGrantLivesFromItsFirstMomentUntilItsLast) {
  Grant& grant = world.beam_time.grants.front();
  grant.not_before = kNow;
  EXPECT_EQ(ask(world.member(), kReadData), kAllow);
  grant.not_before = kLater;
  EXPECT_EQ(ask(world.member(), kReadData), kHide);
  grant.not_before.reset();
  grant.expires = kNow;
  EXPECT_EQ(ask(world.member(), kReadData), kHide);
  grant.expires = kLater;
  EXPECT_EQ(ask(world.member(), kReadData), kAllow);
}

TEST_F(DecisionTest, AMembershipEnds) {
  Principal member = world.member();
  member.memberships.front().expires = kNow;
  EXPECT_EQ(ask(member, kReadData), kHide);
}

TEST_F(DecisionTest, WhoIsInATeamTwiceHasWhatBothGiveInAnyOrder) {
  Principal member = world.member();
  member.memberships.push_back({.team = world.owners, .is_manager = true});
  EXPECT_EQ(ask(member, kMove), kAllow);
  std::swap(member.memberships.front(), member.memberships.back());
  EXPECT_EQ(ask(member, kMove), kAllow);
  member.memberships.front().expires = kNow;
  EXPECT_EQ(ask(member, kMove), kForbid);
}

TEST_F(DecisionTest, AGuestHasWhatNamesHerAndNoTeam) {
  Principal guest = TestWorld::guest();
  guest.memberships.push_back({.team = world.owners, .is_manager = true});
  EXPECT_EQ(ask(guest, kReadData), kHide);
  world.dataset.grants.push_back({.subject = *guest.user, .role = Role::kManager});
  EXPECT_EQ(ask(guest, kReadData), kAllow);
  EXPECT_EQ(ask(guest, kDelete), kAllow);
  EXPECT_EQ(ask(guest, kShare), kForbid);
  EXPECT_EQ(ask(guest, kGrant), kForbid);
  EXPECT_EQ(may(guest, kList, world.beam_time, kNow), kHide);
}

TEST_F(DecisionTest, ARestrictedFolderKeepsOutWhatIsGrantedAbove) {
  world.dataset.is_restricted = true;
  EXPECT_EQ(ask(world.member(), kReadData), kHide);
  EXPECT_EQ(ask(world.team_manager(), kReadData), kAllow);
  EXPECT_EQ(ask(world.staff(), kReadData), kAllow);
  EXPECT_EQ(ask(TestWorld::admin(), kReadData), kAllow);
  world.dataset.grants.push_back({.subject = world.anna, .role = Role::kReader});
  EXPECT_EQ(ask(world.member(), kReadData), kAllow);
}

TEST_F(DecisionTest, AnEmbargoKeepsOutWhomOnlySomethingAboveLetsIn) {
  world.user_folder.grants.push_back({.subject = world.others, .role = Role::kReader});
  EXPECT_EQ(ask(world.stranger(), kReadData), kAllow);
  world.dataset.embargo_until = kLater;
  EXPECT_EQ(ask(world.stranger(), kReadData), kHide);
  EXPECT_EQ(ask(world.member(), kReadData), kAllow);
  world.dataset.grants.push_back({.subject = world.others, .role = Role::kReader});
  EXPECT_EQ(ask(world.stranger(), kReadData), kAllow);
}

TEST_F(DecisionTest, StaffIsOfOneBeamline) {
  EXPECT_EQ(ask(world.staff(), kGrant), kAllow);
  EXPECT_EQ(ask(world.staff(), kAdminister), kForbid);
  EXPECT_EQ(may(world.staff(), kList, world.facility, kNow), kHide);
  world.beam_time.beamline = world.p13;
  EXPECT_EQ(ask(world.staff(), kList), kHide);
}

TEST_F(DecisionTest, TheNearestOwnerTeamCounts) {
  world.dataset.owner_team = world.others;
  EXPECT_EQ(ask(world.stranger(), kGrant), kAllow);
  EXPECT_EQ(ask(world.team_manager(), kGrant), kForbid);
}

TEST_F(DecisionTest, AnAuditorReadsTheAuditRecordOnly) {
  Principal auditor = TestWorld::person(Principal::Kind::kMember, 30);
  auditor.is_auditor = true;
  const Node audit = node_below(Node::Kind::kAudit, 31, &world.facility);
  EXPECT_EQ(may(auditor, kReadMetadata, audit, kNow), kAllow);
  EXPECT_EQ(may(auditor, kDelete, audit, kNow), kForbid);
  EXPECT_EQ(may(auditor, kReadData, audit, kNow), kForbid);
  EXPECT_EQ(ask(auditor, kList), kHide);
  EXPECT_EQ(may(world.member(), kReadMetadata, audit, kNow), kHide);
}

TEST_F(DecisionTest, WhatBelongsToAUserIsHers) {
  Node token = node_below(Node::Kind::kToken, 32, &world.facility);
  token.owner_user = world.anna;
  EXPECT_EQ(may(world.member(), kDelete, token, kNow), kAllow);
  EXPECT_EQ(may(world.member(), kGrant, token, kNow), kForbid);
  EXPECT_EQ(may(world.stranger(), kList, token, kNow), kHide);
  EXPECT_EQ(may({}, kList, token, kNow), kHide);
  const Node below = node_below(Node::Kind::kToken, 33, &token);
  EXPECT_EQ(may(world.member(), kList, below, kNow), kHide);
}

TEST_F(DecisionTest, SealAndHoldBindEverybody) {
  world.beam_time.is_sealed = true;
  EXPECT_EQ(ask(TestWorld::admin(), kWriteData), kForbid);
  EXPECT_EQ(ask(TestWorld::admin(), kWriteMetadata), kAllow);
  world.beam_time.is_on_hold = true;
  for (const Action action : {kWriteMetadata, kMove, kDelete}) EXPECT_EQ(ask(TestWorld::admin(), action), kForbid);
  EXPECT_EQ(ask(world.member(), kReadData), kAllow);
}

TEST_F(DecisionTest, WhatIsDeletedIsSeenByWhoMayRestoreIt) {
  world.beam_time.is_deleted = true;
  EXPECT_EQ(ask(world.member(), kList), kHide);
  EXPECT_EQ(ask(world.team_manager(), kRestore), kAllow);
  EXPECT_EQ(ask(world.team_manager(), kReadMetadata), kAllow);
  EXPECT_EQ(ask(world.team_manager(), kReadData), kForbid);
  EXPECT_EQ(ask(TestWorld::admin(), kDelete), kForbid);
}

TEST_F(DecisionTest, ADisabledAccountDoesNothing) {
  Principal admin = TestWorld::admin();
  admin.active = false;
  EXPECT_EQ(ask(admin, kList), kHide);
  world.dataset.is_public = true;
  EXPECT_EQ(ask(admin, kList), kHide);
}

TEST_F(DecisionTest, OneFactorIsNotEnoughAndGrantingNeedsAFreshProof) {
  Principal manager = world.team_manager();
  for (const Assurance assurance : {Assurance::kNone, Assurance::kOneFactor}) {
    manager.assurance = assurance;
    EXPECT_EQ(ask(manager, kReadData), kHide);
    EXPECT_EQ(ask(manager, kGrant), kHide);
  }
  manager.assurance = Assurance::kTwoFactors;
  EXPECT_EQ(ask(manager, kReadData), kAllow);
  EXPECT_EQ(ask(manager, kRestore), kAllow);
  for (const Action action : {kGrant, kShare, kDelete, kManageMembers}) EXPECT_EQ(ask(manager, action), kStepUp);
  EXPECT_EQ(ask(manager, kAdminister), kForbid);
  Principal member = world.member();
  member.assurance = Assurance::kTwoFactors;
  EXPECT_EQ(ask(member, kGrant), kForbid);
}

TEST_F(DecisionTest, ATokenLimitsItsHolder) {
  Principal manager = world.team_manager();
  manager.assurance = Assurance::kNone;
  manager.token = Token{.scopes = actions_of(Scope::kDatasetRead), .bound = {}, .expires = kLater};
  EXPECT_EQ(ask(manager, kReadData), kAllow);
  EXPECT_EQ(ask(manager, kAnnotate), kForbid);
  manager.token->scopes = actions_of(Scope::kAdmin);
  EXPECT_EQ(ask(manager, kGrant), kAllow);
  EXPECT_EQ(ask(manager, kAdminister), kForbid);
  manager.token->bound = world.beam_time.id;
  EXPECT_EQ(ask(manager, kGrant), kAllow);
  manager.token->bound = world.elsewhere.id;
  EXPECT_EQ(ask(manager, kList), kHide);
  manager.token->bound.reset();
  manager.token->expires = kNow;
  EXPECT_EQ(ask(manager, kList), kHide);
}

TEST_F(DecisionTest, AServiceDoesWhatItsTokenSaysAndNoMore) {
  const Principal ingest = TestWorld::service(Scope::kIngest);
  EXPECT_EQ(ask(ingest, kWriteData), kAllow);
  EXPECT_EQ(ask(ingest, kReadData), kForbid);
  world.dataset.is_public = true;
  EXPECT_EQ(ask(ingest, kReadData), kForbid);
  Principal without = ingest;
  without.token.reset();
  EXPECT_EQ(ask(without, kList), kHide);
}

TEST_F(DecisionTest, ALinkReadsOneObjectAndDiesWithItsCreatorsRight) {
  Principal holder = world.link_holder(world.team_manager());
  EXPECT_EQ(ask(holder, kReadData), kAllow);
  EXPECT_EQ(ask(holder, kAnnotate), kForbid);
  EXPECT_EQ(may(holder, kReadData, world.layer, kNow), kAllow);
  EXPECT_EQ(may(holder, kList, world.beam_time, kNow), kHide);
  EXPECT_EQ(may(holder, kReadData, world.dataset, kLater), kHide);
  EXPECT_EQ(ask(world.link_holder(world.member()), kReadData), kHide);
  Principal left = world.team_manager();
  left.active = false;
  EXPECT_EQ(ask(world.link_holder(left), kReadData), kHide);
}

TEST_F(DecisionTest, ALinkDoesNotReachIntoWhatIsRestrictedOrUnderEmbargoBelowIt) {
  const Principal holder = world.link_holder(world.team_manager());
  world.dataset.is_restricted = true;
  EXPECT_EQ(may(holder, kReadData, world.layer, kNow), kAllow);
  world.layer.is_restricted = true;
  EXPECT_EQ(may(holder, kReadData, world.layer, kNow), kHide);
  world.layer.is_restricted = false;
  world.layer.embargo_until = kLater;
  EXPECT_EQ(may(holder, kReadData, world.layer, kNow), kHide);
  EXPECT_EQ(may(holder, kReadData, world.dataset, kNow), kAllow);
}

TEST_F(DecisionTest, NobodyGivesMoreThanSheHolds) {
  EXPECT_TRUE(may_give(world.team_manager(), Role::kManager, world.dataset, kNow));
  EXPECT_FALSE(may_give(world.member(), Role::kReader, world.dataset, kNow));
  world.dataset.is_sealed = true;
  EXPECT_TRUE(may_give(world.team_manager(), Role::kEditor, world.dataset, kNow));
  Principal by_token = world.team_manager();
  by_token.token = Token{.scopes = actions_of(Scope::kDatasetRead) | ActionSet{kGrant}, .bound = {}, .expires = kLater};
  EXPECT_TRUE(may_give(by_token, Role::kReader, world.dataset, kNow));
  EXPECT_FALSE(may_give(by_token, Role::kEditor, world.dataset, kNow));
}

TEST_F(DecisionTest, MovingIsAskedAtBothEnds) {
  EXPECT_EQ(may_move(world.team_manager(), world.dataset, world.elsewhere, kNow), kHide);
  world.elsewhere.grants.push_back({.subject = world.owners, .role = Role::kReader});
  EXPECT_EQ(may_move(world.team_manager(), world.dataset, world.elsewhere, kNow), kForbid);
  world.elsewhere.grants.push_back({.subject = world.owners, .role = Role::kEditor});
  EXPECT_EQ(may_move(world.team_manager(), world.dataset, world.elsewhere, kNow), kAllow);
  EXPECT_EQ(may_move(world.member(), world.dataset, world.elsewhere, kNow), kForbid);
}

TEST_F(DecisionTest, NothingMovesIntoItself) {
  EXPECT_EQ(may_move(TestWorld::admin(), world.beam_time, world.dataset, kNow), kForbid);
  EXPECT_EQ(may_move(TestWorld::admin(), world.beam_time, world.beam_time, kNow), kForbid);
  EXPECT_EQ(may_move(TestWorld::admin(), world.dataset, world.beam_time, kNow), kAllow);
}

}  // namespace
}  // namespace beamport::access
