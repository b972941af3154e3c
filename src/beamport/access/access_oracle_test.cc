// SPDX-License-Identifier: Apache-2.0
// decision.cc against a second implementation of docs/access.md on random worlds. BEAMPORT_ACCESS_WORLDS sets how many
// (100,000 otherwise), BEAMPORT_ACCESS_SEED where they begin: the number of a world that differs is its seed.

#include "beamport/access/access_oracle.h"

#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/access/random_world.h"

namespace beamport::access {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A part of the worlds to each test, so that several can run at once.
constexpr std::uint64_t kParts = 5;
const std::uint64_t kWorlds = number_from_environment("BEAMPORT_ACCESS_WORLDS", 100'000);
const std::uint64_t kFirstSeed = number_from_environment("BEAMPORT_ACCESS_SEED", 1);

const std::array<std::string, oracle::kRuleCount> kRuleNames{"public",         "link holder", "guest",   "member",
                                                             "owner team",     "staff",       "auditor", "owner user",
                                                             "facility admin", "service"};
const std::array<std::string, oracle::kDenialCount> kDenialNames{"token",  "not active", "assurance",
                                                                 "sealed", "on hold",    "deleted"};
const std::array<std::string, 4> kDecisionNames{"allow", "hide", "forbid", "step up"};

template <typename Value, std::size_t Count>
const Value& at(const std::array<Value, Count>& values, Decision decision) {
  return values.at(static_cast<std::size_t>(decision));
}

/// How often each thing was what decided. A count of nought means that the worlds do not test it.
class Hits {
 public:
  Hits() {
    for (const std::string& rule : kRuleNames) counts_["only rule that gives: " + rule] = 0;
    for (const std::string& denial : kDenialNames) counts_["only denial: " + denial] = 0;
    for (const std::string& decision : kDecisionNames) counts_["may: " + decision] = 0;
    for (const char* decision : {"allow", "hide", "forbid"}) counts_[std::string("may_move: ") + decision] = 0;
    counts_["may_give: yes"] = counts_["may_give: no, though she may grant"] = 0;
  }

  void count(const oracle::Answer& answer) {
    for (int i = 0; i < kActionCount; ++i) {
      const auto action = static_cast<Action>(i);
      count_only("only rule that gives: ", kRuleNames, answer.gifts, action, answer.allowed.has(action), true);
      const bool given = oracle::all_of(answer.gifts).has(action);
      count_only("only denial: ", kDenialNames, answer.left, action, given, false);
    }
  }
  void count(const std::string& what) { ++counts_.at(what); }

  void expect_none_missing() const {
    for (const auto& [what, hits] : counts_) {
      EXPECT_GT(hits, 0U) << what << ": never hit";
      if (std::getenv("BEAMPORT_ACCESS_COUNTS") != nullptr) fmt::print("{:9} {}\n", hits, what);
    }
  }

 private:
  /// Counts the one set that holds the action (or does not, if that is asked for), if there is just one.
  template <std::size_t Count>
  void count_only(const char* prefix, const std::array<std::string, Count>& names,
                  const std::array<ActionSet, Count>& sets, Action action, bool applies, bool holds) {
    std::size_t found = Count;
    std::size_t number = 0;
    for (std::size_t i = 0; i < Count; ++i) {
      if (sets.at(i).has(action) != holds) continue;
      found = i;
      ++number;
    }
    if (applies && number == 1) ++counts_[prefix + names.at(found)];
  }

  std::map<std::string, std::uint64_t> counts_;
};

/// Every action of one principal on one object.
std::string compare_actions(const Principal& who, const Node& object, Hits& hits) {
  const oracle::Answer answer = oracle::answer(who, object, kNow);
  hits.count(answer);
  if (const ActionSet found = allowed(who, object, kNow); found != answer.allowed) {
    return fmt::format("allowed on object {}: {}, by the words {}", describe(object.id), describe(found),
                       describe(answer.allowed));
  }
  for (int i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    const Decision expected = oracle::decide(answer, action);
    const Decision found = may(who, action, object, kNow);
    hits.count("may: " + at(kDecisionNames, expected));
    if (found != expected) {
      return fmt::format("may {} object {}: {}, by the words {}", name_of(action), describe(object.id),
                         at(kDecisionNames, found), at(kDecisionNames, expected));
    }
  }
  return {};
}

std::string compare_giving(const Principal& who, const Node& object, Hits& hits) {
  for (const Role role : {Role::kReader, Role::kAnnotator, Role::kEditor, Role::kManager}) {
    const bool expected = oracle::may_give(who, role, object, kNow);
    if (may_give(who, role, object, kNow) != expected) {
      return fmt::format("may give {} on object {}: {}, by the words {}", name_of(role), describe(object.id), !expected,
                         expected);
    }
    if (expected) hits.count("may_give: yes");
    if (!expected && oracle::allowed(who, object, kNow).has(Action::kGrant))
      hits.count("may_give: no, though she may grant");
  }
  return {};
}

std::string compare_moving(const Principal& who, const Node& object, const Node& to, Hits& hits) {
  const Decision expected = oracle::may_move(who, object, to, kNow);
  const Decision found = may_move(who, object, to, kNow);
  hits.count("may_move: " + at(kDecisionNames, expected));
  if (found == expected) return {};
  return fmt::format("may move object {} to {}: {}, by the words {}", describe(object.id), describe(to.id),
                     at(kDecisionNames, found), at(kDecisionNames, expected));
}

/// What differs in one world; empty if nothing.
std::string compare(RandomWorld& world, Hits& hits) {
  const Node& deepest = world.deepest();
  const Node& another = world.any_node();
  for (const std::string& difference :
       {compare_actions(world.asker, deepest, hits), compare_actions(world.other, another, hits),
        compare_giving(world.asker, another, hits), compare_moving(world.asker, deepest, another, hits)}) {
    if (!difference.empty()) return difference;
  }
  return {};
}

class AccessOracle : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AccessOracle, AgreesOnRandomWorlds) {
  Hits hits;
  int differences = 0;
  const std::uint64_t end = kFirstSeed + kWorlds;
  for (std::uint64_t seed = kFirstSeed + GetParam(); seed < end && differences < 3; seed += kParts) {
    RandomWorld world(seed);
    const std::string difference = compare(world, hits);
    if (difference.empty()) continue;
    ++differences;
    ADD_FAILURE() << "BEAMPORT_ACCESS_SEED=" << seed << " BEAMPORT_ACCESS_WORLDS=1\n"
                  << difference << '\n'
                  << describe(world);
  }
  if (kWorlds >= 10'000 && differences == 0) hits.expect_none_missing();
}
INSTANTIATE_TEST_SUITE_P(Part, AccessOracle, testing::Range(std::uint64_t{0}, kParts));

TEST(AccessOracleTables, AreThoseOfTheRolesAndScopes) {
  for (const Role role : {Role::kReader, Role::kAnnotator, Role::kEditor, Role::kManager}) {
    EXPECT_EQ(actions_of(role), oracle::of_role(role)) << name_of(role);
  }
  for (const Scope scope : {Scope::kDatasetRead, Scope::kDatasetWrite, Scope::kIngest, Scope::kSheet, Scope::kAdmin}) {
    EXPECT_EQ(actions_of(scope), oracle::of_scope(scope)) << name_of(scope);
  }
}

// --- each clause of the words is felt ---

using Edit = std::function<void(RandomWorld&)>;

Edit on_nodes(std::function<void(Node&)> edit) {
  return [edit = std::move(edit)](RandomWorld& world) {
    for (Node& node : world.nodes) edit(node);
  };
}
Edit on_grants(std::function<void(Grant&)> edit) {
  return on_nodes([edit = std::move(edit)](Node& node) {
    for (Grant& grant : node.grants) edit(grant);
  });
}
Edit on_link(std::function<void(Link&)> edit) {
  return [edit = std::move(edit)](RandomWorld& world) {
    if (world.asker.link) edit(*world.asker.link);
  };
}
Edit on_creator(std::function<void(Principal&)> edit) {
  return on_link([edit = std::move(edit)](Link& link) {
    if (!link.creator) return;
    Principal creator = *link.creator;
    edit(creator);
    link.creator = std::make_shared<const Principal>(std::move(creator));
  });
}

/// One millisecond away from now, for what is exactly now: shows whether the boundary is included.
template <typename Time>
void miss(Time& time, int milliseconds) {
  if (time == kNow) time = kNow + std::chrono::milliseconds(milliseconds);
}

std::vector<std::pair<std::string, Edit>> clauses() {
  return {
      {"public", on_nodes([](Node& n) { n.is_public = false; })},
      {"restricted", on_nodes([](Node& n) { n.is_restricted = false; })},
      {"sealed", on_nodes([](Node& n) { n.is_sealed = false; })},
      {"on hold", on_nodes([](Node& n) { n.is_on_hold = false; })},
      {"deleted", on_nodes([](Node& n) { n.is_deleted = false; })},
      {"embargo", on_nodes([](Node& n) { n.embargo_until.reset(); })},
      {"embargo ends exactly now", on_nodes([](Node& n) { miss(n.embargo_until, 1); })},
      {"beamline", on_nodes([](Node& n) { n.beamline.reset(); })},
      {"nearest beamline", [](RandomWorld& w) { w.nodes.back().beamline.reset(); }},
      {"owner team", on_nodes([](Node& n) { n.owner_team.reset(); })},
      {"nearest owner team", [](RandomWorld& w) { w.nodes.back().owner_team.reset(); }},
      {"owner user", on_nodes([](Node& n) { n.owner_user.reset(); })},
      {"kind audit", on_nodes([](Node& n) { n.kind = Node::Kind::kFolder; })},
      {"grants", on_nodes([](Node& n) { n.grants.clear(); })},
      {"grant begins", on_grants([](Grant& g) { g.not_before.reset(); })},
      {"grant begins exactly now", on_grants([](Grant& g) { miss(g.not_before, 1); })},
      {"grant ends", on_grants([](Grant& g) { g.expires.reset(); })},
      {"grant ends exactly now", on_grants([](Grant& g) { miss(g.expires, 1); })},
      {"membership ends",
       [](RandomWorld& w) {
         for (auto& m : w.asker.memberships) m.expires.reset();
       }},
      {"membership ends exactly now",
       [](RandomWorld& w) {
         for (auto& m : w.asker.memberships) miss(m.expires, 1);
       }},
      {"manager",
       [](RandomWorld& w) {
         for (auto& m : w.asker.memberships) m.is_manager = false;
       }},
      {"memberships", [](RandomWorld& w) { w.asker.memberships.clear(); }},
      {"staff", [](RandomWorld& w) { w.asker.staff_of.clear(); }},
      {"auditor", [](RandomWorld& w) { w.asker.is_auditor = false; }},
      {"active", [](RandomWorld& w) { w.asker.active = true; }},
      {"user", [](RandomWorld& w) { w.asker.user.reset(); }},
      {"fresh", [](RandomWorld& w) { w.asker.assurance = Assurance::kFresh; }},
      {"two factors are more than one",
       [](RandomWorld& w) {
         if (w.asker.assurance == Assurance::kTwoFactors) w.asker.assurance = Assurance::kOneFactor;
       }},
      {"token", [](RandomWorld& w) { w.asker.token.reset(); }},
      {"token's bound",
       [](RandomWorld& w) {
         if (w.asker.token) w.asker.token->bound.reset();
       }},
      {"token's end",
       [](RandomWorld& w) {
         if (w.asker.token) w.asker.token->expires = kLater;
       }},
      {"token ends exactly now",
       [](RandomWorld& w) {
         if (w.asker.token) miss(w.asker.token->expires, 1);
       }},
      {"link's object", on_link([](Link& l) { l.object = kNodeIds.front(); })},
      {"link's end", on_link([](Link& l) { l.expires = kLater; })},
      {"link ends exactly now", on_link([](Link& l) { miss(l.expires, 1); })},
      {"link's creator", on_link([](Link& l) { l.creator.reset(); })},
      {"creator's account", on_creator([](Principal& c) { c.active = true; })},
      {"creator's kind", on_creator([](Principal& c) { c.kind = Principal::Kind::kFacilityAdmin; })},
      {"creator's memberships", on_creator([](Principal& c) { c.memberships.clear(); })},
      {"creator's beamline", on_creator([](Principal& c) { c.staff_of.clear(); })},
      {"creator's user", on_creator([](Principal& c) { c.user.reset(); })},
  };
}

TEST(AccessOracleWorlds, FeelEveryClause) {
  constexpr std::uint64_t kSamples = 10'000;
  const auto answers = [](const RandomWorld& world) { return oracle::allowed(world.asker, world.deepest(), kNow); };
  std::vector<ActionSet> before;
  for (std::uint64_t seed = 1; seed <= kSamples; ++seed) before.push_back(answers(RandomWorld(seed)));
  for (const auto& [name, edit] : clauses()) {
    std::size_t felt = 0;
    for (std::uint64_t seed = 1; seed <= kSamples && felt < 3; ++seed) {
      RandomWorld world(seed);
      edit(world);
      if (answers(world) != before[seed - 1]) ++felt;
    }
    EXPECT_GE(felt, 3U) << name << ": makes no difference in " << kSamples << " worlds";
  }
}

TEST(AccessOracleWorlds, AreTheSameForTheSameSeed) {
  EXPECT_EQ(describe(RandomWorld(7)), describe(RandomWorld(7)));
  EXPECT_NE(describe(RandomWorld(7)), describe(RandomWorld(8)));
}

}  // namespace
}  // namespace beamport::access
