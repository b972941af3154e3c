// SPDX-License-Identifier: Apache-2.0
// What must hold between the answers in two worlds that differ in one thing, whatever the rules say in each. The worlds
// are random (random_world.h); a world is made again from its seed to be changed.

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "beamport/access/decision.h"
#include "beamport/access/random_world.h"

namespace beamport::access {
namespace {

constexpr std::uint64_t kWorlds = 4'000;

/// Everything that both people may do on every object.
std::vector<ActionSet> answers(const RandomWorld& world) {
  std::vector<ActionSet> all;
  for (const Node& node : world.nodes) {
    all.push_back(allowed(world.asker, node, kNow));
    all.push_back(allowed(world.other, node, kNow));
  }
  return all;
}

bool is_part_of(const std::vector<ActionSet>& fewer, const std::vector<ActionSet>& more) {
  return std::equal(fewer.begin(), fewer.end(), more.begin(), more.end(),
                    [](ActionSet a, ActionSet b) { return b.has_all(a); });
}

using Change = std::function<void(RandomWorld&)>;
using Relation = std::function<bool(const std::vector<ActionSet>& one, const std::vector<ActionSet>& two)>;

/// The answers after one change and after another stand in this relation, in every world; and in some they are not the
/// same when they need not be, or else the worlds would show nothing.
void expect_in_every_world(const Change& one, const Change& two, const Relation& holds, bool must_differ = true) {
  std::size_t different = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    RandomWorld first(seed);
    RandomWorld second(seed);
    one(first);
    two(second);
    const auto before = answers(first);
    const auto after = answers(second);
    if (before != after) ++different;
    ASSERT_TRUE(holds(before, after)) << "seed " << seed << ", first\n"
                                      << describe(first) << "second\n"
                                      << describe(second);
  }
  if (must_differ) EXPECT_GT(different, kWorlds / 100);
}

void leave(RandomWorld& /*world*/) {}

void expect_never_adds(const Change& change) {
  expect_in_every_world(change, leave, is_part_of);
}
/// Both ways of changing have the same answers; and they are changes at all.
void expect_same(const Change& one, const Change& two) {
  expect_in_every_world(one, two, std::equal_to{}, false);
  expect_in_every_world(leave, one, [](const auto&, const auto&) { return true; });
}

void for_each_person(RandomWorld& world, const std::function<void(Principal&)>& change) {
  change(world.asker);
  change(world.other);
}

TEST(MetamorphicTest, AGrantMoreNeverRemovesAnAction) {
  expect_in_every_world(
      leave,
      [](RandomWorld& world) {
        Node& node = world.any_node();
        node.grants.push_back(world.grant());
      },
      is_part_of);
}

TEST(MetamorphicTest, AHigherRoleNeverRemovesAnAction) {
  expect_in_every_world(
      leave,
      [](RandomWorld& world) {
        for (Node& node : world.nodes) {
          for (Grant& grant : node.grants)
            grant.role = static_cast<Role>(std::min(3, static_cast<int>(grant.role) + 1));
        }
      },
      is_part_of);
}

/// Makes every grant that the dice choose end, or removes it.
Change end_grants(const std::function<bool(Grant&)>& keep) {
  return [keep](RandomWorld& world) {
    for (Node& node : world.nodes) {
      std::vector<Grant> kept;
      for (Grant& grant : node.grants) {
        if (world.dice().chance(50) || keep(grant)) kept.push_back(grant);
      }
      node.grants = std::move(kept);
    }
  };
}

TEST(MetamorphicTest, AGrantThatIsOverIsNoGrant) {
  const Change removed = end_grants([](Grant&) { return false; });
  for (const Moment end : {kNow, kNow - milliseconds(1), kEarlier}) {
    expect_same(removed, end_grants([end](Grant& grant) {
                  grant.expires = end;
                  return true;
                }));
  }
}

TEST(MetamorphicTest, AGrantThatHasNotBegunIsNoGrant) {
  const Change removed = end_grants([](Grant&) { return false; });
  for (const Moment begin : {kNow + milliseconds(1), kLater}) {
    expect_same(removed, end_grants([begin](Grant& grant) {
                  grant.not_before = begin;
                  return true;
                }));
  }
}

TEST(MetamorphicTest, AMembershipThatIsOverIsNone) {
  const Change removed = [](RandomWorld& world) {
    for_each_person(world, [](Principal& who) { who.memberships.clear(); });
  };
  expect_same(removed, [](RandomWorld& world) {
    for_each_person(world, [](Principal& who) {
      for (Membership& membership : who.memberships) membership.expires = kNow;
    });
  });
}

TEST(MetamorphicTest, ALinkThatIsOverOrWhoseCreatorIsDisabledIsNone) {
  const Change removed = [](RandomWorld& world) { for_each_person(world, [](Principal& who) { who.link.reset(); }); };
  expect_same(removed, [](RandomWorld& world) {
    for_each_person(world, [](Principal& who) {
      if (who.link) who.link->expires = kNow;
    });
  });
  expect_same(removed, [](RandomWorld& world) {
    for_each_person(world, [](Principal& who) {
      if (!who.link || !who.link->creator) return;
      Principal disabled = *who.link->creator;
      disabled.active = false;
      who.link->creator = std::make_shared<const Principal>(std::move(disabled));
    });
  });
}

TEST(MetamorphicTest, AnEmbargoThatIsOverIsNone) {
  expect_same(
      [](RandomWorld& world) {
        for (Node& node : world.nodes) node.embargo_until.reset();
      },
      [](RandomWorld& world) {
        for (Node& node : world.nodes) node.embargo_until = kNow;
      });
}

TEST(MetamorphicTest, MovingThereAndBackChangesNothing) {
  const Change there = [](RandomWorld& world) {
    if (world.nodes.size() > 2) world.nodes.back().parent = &world.nodes[world.dice().below(world.nodes.size() - 1)];
  };
  expect_in_every_world(
      leave,
      [&](RandomWorld& world) {
        const Node* const home = world.nodes.back().parent;
        there(world);
        (void)answers(world);
        world.nodes.back().parent = home;
      },
      std::equal_to{}, false);
  expect_in_every_world(leave, there, [](const auto&, const auto&) { return true; });
}

TEST(MetamorphicTest, AFolderInBetweenWithNothingOnItChangesNothing) {
  Node between = node_below(Node::Kind::kFolder, 99, nullptr);
  expect_in_every_world(
      leave,
      [&](RandomWorld& world) {
        Node& node = world.any_node();
        between.parent = node.parent;
        node.parent = &between;
      },
      std::equal_to{}, false);
}

/// Everything that is given to a team, gone.
void remove_grants_of(RandomWorld& world, const TeamId& team) {
  for (Node& node : world.nodes) {
    std::erase_if(node.grants, [&](const Grant& grant) { return grant.subject == std::variant<UserId, TeamId>(team); });
  }
}

void remove_memberships_of(RandomWorld& world, const TeamId& team) {
  const auto leave_team = [&](Principal& who) {
    std::erase_if(who.memberships, [&](const Membership& membership) { return membership.team == team; });
  };
  for_each_person(world, [&](Principal& who) {
    leave_team(who);
    if (!who.link || !who.link->creator) return;
    Principal creator = *who.link->creator;
    leave_team(creator);
    who.link->creator = std::make_shared<const Principal>(std::move(creator));
  });
}

TEST(MetamorphicTest, WithoutItsGrantsATeamThatOwnsNothingGivesItsMembersNothing) {
  const TeamId& team = kTeams.front();
  const auto owning_nothing = [&](RandomWorld& world) {
    for (Node& node : world.nodes) {
      if (node.owner_team == team) node.owner_team = kTeams.back();
    }
  };
  expect_same(
      [&](RandomWorld& world) {
        owning_nothing(world);
        remove_grants_of(world, team);
      },
      [&](RandomWorld& world) {
        owning_nothing(world);
        remove_memberships_of(world, team);
      });
}

TEST(MetamorphicTest, RemovingATeamsGrantsLeavesEverybodyElseAsSheWas) {
  const TeamId& team = kTeams.front();
  expect_in_every_world([&](RandomWorld& world) { remove_memberships_of(world, team); },
                        [&](RandomWorld& world) {
                          remove_memberships_of(world, team);
                          remove_grants_of(world, team);
                        },
                        std::equal_to{}, false);
}

template <typename Id, std::size_t Count>
void rename(Id& id, const std::array<Id, Count>& names) {
  const auto found = std::find(names.begin(), names.end(), id);
  if (found == names.end()) return;
  id = names.at(static_cast<std::size_t>(found - names.begin() + 1) % Count);
}

void rename(Principal& who) {
  if (who.user) rename(*who.user, kUsers);
  for (Membership& membership : who.memberships) rename(membership.team, kTeams);
  for (BeamlineId& beamline : who.staff_of) rename(beamline, kBeamlines);
  if (who.token && who.token->bound) rename(*who.token->bound, kNodeIds);
  if (!who.link) return;
  rename(who.link->object, kNodeIds);
  if (!who.link->creator) return;
  Principal creator = *who.link->creator;
  rename(creator);
  who.link->creator = std::make_shared<const Principal>(std::move(creator));
}

void rename(Node& node) {
  rename(node.id, kNodeIds);
  if (node.beamline) rename(*node.beamline, kBeamlines);
  if (node.owner_team) rename(*node.owner_team, kTeams);
  if (node.owner_user) rename(*node.owner_user, kUsers);
  for (Grant& grant : node.grants) {
    if (auto* user = std::get_if<UserId>(&grant.subject)) rename(*user, kUsers);
    if (auto* team = std::get_if<TeamId>(&grant.subject)) rename(*team, kTeams);
  }
}

TEST(MetamorphicTest, OtherIdsChangeNothing) {
  expect_in_every_world(
      leave,
      [](RandomWorld& world) {
        for (Node& node : world.nodes) rename(node);
        for_each_person(world, [](Principal& who) { rename(who); });
      },
      std::equal_to{}, false);
  expect_in_every_world(  // while other ids for the people alone do
      leave, [](RandomWorld& world) { for_each_person(world, [](Principal& who) { rename(who); }); },
      [](const auto&, const auto&) { return true; });
}

TEST(MetamorphicTest, TheOrderOfWhatIsWrittenDownChangesNothing) {
  expect_in_every_world(
      leave,
      [](RandomWorld& world) {
        for (Node& node : world.nodes) std::reverse(node.grants.begin(), node.grants.end());
        for_each_person(world, [](Principal& who) { std::reverse(who.memberships.begin(), who.memberships.end()); });
        for_each_person(world, [](Principal& who) { std::reverse(who.staff_of.begin(), who.staff_of.end()); });
      },
      std::equal_to{}, false);
}

TEST(MetamorphicTest, ATokenNeverAdds) {
  const auto without = [](RandomWorld& world) {
    for_each_person(world, [](Principal& who) {
      if (who.kind == Principal::Kind::kService) return;
      who.token.reset();
      who.assurance = Assurance::kFresh;
    });
  };
  expect_in_every_world(leave, without, is_part_of);
}

TEST(MetamorphicTest, ANarrowerTokenNeverAdds) {
  const auto change_token = [](const std::function<void(RandomWorld&, Token&)>& change) {
    return [change](RandomWorld& world) {
      for_each_person(world, [&](Principal& who) {
        if (who.token) change(world, *who.token);
      });
    };
  };
  expect_never_adds(change_token([](RandomWorld& world, Token& token) {
    token.scopes = token.scopes & actions_of(static_cast<Scope>(world.dice().below(4)));
  }));
  expect_in_every_world(leave, change_token([](RandomWorld&, Token& token) { token.bound.reset(); }), is_part_of);
  expect_in_every_world(leave, change_token([](RandomWorld&, Token& token) { token.expires = kLater; }), is_part_of);
}

TEST(MetamorphicTest, ABetterProofNeverRemovesAnAction) {
  const auto with = [](Assurance assurance) {
    return
        [assurance](RandomWorld& world) { for_each_person(world, [&](Principal& who) { who.assurance = assurance; }); };
  };
  expect_in_every_world(with(Assurance::kNone), with(Assurance::kOneFactor), std::equal_to{}, false);
  expect_in_every_world(with(Assurance::kOneFactor), with(Assurance::kTwoFactors), is_part_of);
  expect_in_every_world(with(Assurance::kTwoFactors), with(Assurance::kFresh), is_part_of);
}

TEST(MetamorphicTest, WhatDeniesNeverAdds) {
  expect_never_adds([](RandomWorld& world) { world.any_node().is_sealed = true; });
  expect_never_adds([](RandomWorld& world) { world.any_node().is_on_hold = true; });
  expect_never_adds([](RandomWorld& world) { world.any_node().is_deleted = true; });
  expect_never_adds([](RandomWorld& world) { world.any_node().is_restricted = true; });
  expect_never_adds([](RandomWorld& world) { world.any_node().embargo_until = kLater; });
  expect_never_adds([](RandomWorld& world) { for_each_person(world, [](Principal& who) { who.active = false; }); });
}

TEST(MetamorphicTest, MayAndAllowedSayTheSame) {
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    const RandomWorld world(seed);
    const ActionSet set = allowed(world.asker, world.deepest(), kNow);
    for (int i = 0; i < kActionCount; ++i) {
      const Decision decision = may(world.asker, static_cast<Action>(i), world.deepest(), kNow);
      ASSERT_EQ(decision == Decision::kAllow, set.has(static_cast<Action>(i))) << describe(world);
      if (!set.has(Action::kList))
        ASSERT_TRUE(decision == Decision::kAllow || decision == Decision::kHide) << describe(world);
    }
  }
}

TEST(MetamorphicTest, WhoReceivesARoleHasNoMoreThereThanWhoGaveIt) {
  std::size_t given = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    RandomWorld world(seed);
    Node& node = world.any_node();
    const auto role = static_cast<Role>(world.dice().below(4));
    if (!may_give(world.asker, role, node, kNow)) continue;
    ++given;
    for (Node& any : world.nodes) any.is_sealed = any.is_on_hold = false;  // the state is left aside
    const ActionSet giver = allowed(world.asker, node, kNow);
    Principal receiver = TestWorld::person(Principal::Kind::kMember, 77);
    const ActionSet before = allowed(receiver, node, kNow);
    node.grants.push_back({.subject = *receiver.user, .role = role});
    const ActionSet added = allowed(receiver, node, kNow).without(before);
    ASSERT_TRUE(giver.has_all(added)) << "seed " << seed << '\n' << describe(world);
  }
  EXPECT_GT(given, kWorlds / 100);
}

}  // namespace
}  // namespace beamport::access
