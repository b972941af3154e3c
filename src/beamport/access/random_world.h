// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small random worlds for tests of access: up to seven objects in a tree at most six deep, three users, three teams,
// two beamlines, and the moments around now, so that everything coincides often. The same seed makes the same world on
// every machine. describe() writes a world for people, without what is at its default.

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "beamport/access/node.h"
#include "beamport/access/principal.h"
#include "beamport/access/test_world.h"

namespace beamport::access {

/// splitmix64 (Steele, Lea, Flood 2014): any seed is as good as any other.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t roll() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(roll() % limit); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <typename Pool>
  const auto& one_of(const Pool& pool) {
    return pool[below(std::size(pool))];
  }

 private:
  std::uint64_t state_;
};

using std::chrono::milliseconds;
inline const std::array<Moment, 7> kMoments{
    kEarlier, kNow - milliseconds(1), kNow, kNow + milliseconds(1), kLater, kLater, kLater};
inline const std::array<UserId, 3> kUsers{id_of<UserId>(1), id_of<UserId>(2), id_of<UserId>(3)};
inline const std::array<TeamId, 3> kTeams{id_of<TeamId>(1), id_of<TeamId>(2), id_of<TeamId>(3)};
inline const std::array<BeamlineId, 2> kBeamlines{id_of<BeamlineId>(1), id_of<BeamlineId>(2)};
inline const std::array<NodeId, 8> kNodeIds{id_of(1), id_of(2), id_of(3), id_of(4),
                                            id_of(5), id_of(6), id_of(7), id_of(8)};

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : dice_(seed) {
    make_nodes();
    asker = principal(true);
    other = principal(true);
  }
  RandomWorld(const RandomWorld&) = delete;
  RandomWorld& operator=(const RandomWorld&) = delete;
  ~RandomWorld() = default;

  std::vector<Node> nodes;  // the facility first; the last one is often the deepest
  Principal asker;
  Principal other;

  Dice& dice() { return dice_; }
  Node& any_node() { return nodes[dice_.below(nodes.size())]; }
  [[nodiscard]] const Node& deepest() const { return nodes.back(); }

  Grant grant() {
    Grant grant{.subject = dice_.one_of(kTeams), .role = static_cast<Role>(dice_.below(4))};
    if (dice_.chance(50)) grant.subject = dice_.one_of(kUsers);
    if (dice_.chance(25)) grant.not_before = kMoments[6 - dice_.below(7)];
    if (dice_.chance(25)) grant.not_before = dice_.one_of(kMoments);
    if (dice_.chance(30)) grant.expires = dice_.one_of(kMoments);
    return grant;
  }

  /// One of any kind; a link's creator is one, too, but has no link of her own to follow.
  Principal principal(bool may_hold_link) {
    Principal who;
    static constexpr std::array kKinds{
        Principal::Kind::kAnonymous,     Principal::Kind::kLinkHolder, Principal::Kind::kLinkHolder,
        Principal::Kind::kGuest,         Principal::Kind::kGuest,      Principal::Kind::kMember,
        Principal::Kind::kMember,        Principal::Kind::kMember,     Principal::Kind::kMember,
        Principal::Kind::kFacilityAdmin, Principal::Kind::kService};
    who.kind = dice_.one_of(kKinds);
    if (!may_hold_link && who.kind != Principal::Kind::kMember && dice_.chance(50)) who.kind = Principal::Kind::kMember;
    who.active = dice_.chance(94);
    static constexpr std::array kLevels{Assurance::kFresh, Assurance::kFresh,      Assurance::kFresh,
                                        Assurance::kFresh, Assurance::kTwoFactors, Assurance::kTwoFactors,
                                        Assurance::kNone,  Assurance::kOneFactor};
    who.assurance = dice_.one_of(kLevels);
    const bool has_account = who.kind != Principal::Kind::kAnonymous && who.kind != Principal::Kind::kLinkHolder;
    if (dice_.chance(has_account ? 94 : 6)) who.user = dice_.one_of(kUsers);
    add_posts(who);
    const bool shows_token =
        who.kind == Principal::Kind::kService ? dice_.chance(94) : dice_.chance(may_hold_link ? 18 : 6);
    if (shows_token) who.token = token();
    const bool shows_link =
        may_hold_link && (who.kind == Principal::Kind::kLinkHolder ? dice_.chance(97) : dice_.chance(6));
    if (shows_link) who.link = link();
    return who;
  }

 private:
  void make_nodes() {
    const std::size_t count = 1 + dice_.below(7);
    nodes.reserve(count);
    std::vector<int> depths;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t above = i == 0 ? 0 : i - 1;
      if (i > 0 && (depths[above] == 6 || dice_.chance(20))) above = dice_.below(i);
      if (i > 0 && depths[above] == 6) above = 0;
      depths.push_back(i == 0 ? 1 : depths[above] + 1);
      nodes.push_back(node(i, i == 0 ? nullptr : &nodes[above]));
    }
  }

  Node node(std::size_t index, const Node* parent) {
    Node node{.kind = static_cast<Node::Kind>(dice_.below(11)), .id = kNodeIds.at(index)};
    node.parent = parent;
    if (dice_.chance(20)) node.kind = Node::Kind::kAudit;
    if (dice_.chance(20)) node.beamline = dice_.one_of(kBeamlines);
    if (dice_.chance(25)) node.owner_team = dice_.one_of(kTeams);
    if (dice_.chance(25)) node.owner_user = dice_.one_of(kUsers);
    while (dice_.chance(35)) node.grants.push_back(grant());
    node.is_public = dice_.chance(12);
    node.is_restricted = dice_.chance(14);
    node.is_sealed = dice_.chance(8);
    node.is_on_hold = dice_.chance(7);
    node.is_deleted = dice_.chance(4);
    if (dice_.chance(15)) node.embargo_until = dice_.one_of(kMoments);
    return node;
  }

  void add_posts(Principal& who) {
    while (dice_.chance(45)) {
      who.memberships.push_back({.team = dice_.one_of(kTeams), .is_manager = dice_.chance(35)});
      if (dice_.chance(40)) who.memberships.back().expires = dice_.one_of(kMoments);
    }
    while (dice_.chance(20)) who.staff_of.push_back(dice_.one_of(kBeamlines));
    who.is_auditor = dice_.chance(15);
  }

  ActionSet scopes() {
    if (dice_.chance(30)) return ActionSet::all();
    ActionSet set;
    if (dice_.chance(40)) {
      while (set.empty() || dice_.chance(30)) set |= actions_of(static_cast<Scope>(dice_.below(5)));
      return set;
    }
    const std::uint64_t bits = dice_.roll();
    for (unsigned action = 0; action < kActionCount; ++action) {
      if ((bits >> action & 1U) != 0) set |= {static_cast<Action>(action)};
    }
    return set;
  }

  /// An object's id, or now and then one that no object has.
  NodeId any_id() { return dice_.chance(8) ? kNodeIds.back() : any_node().id; }

  Token token() {
    Token token{.scopes = scopes(), .bound = {}, .expires = dice_.one_of(kMoments)};
    if (dice_.chance(40)) token.bound = any_id();
    return token;
  }

  Link link() {
    Link link{.object = any_id(), .expires = dice_.chance(60) ? kLater : dice_.one_of(kMoments), .creator = {}};
    if (dice_.chance(97)) link.creator = std::make_shared<const Principal>(principal(false));
    return link;
  }

  Dice dice_;
};

// --- for people ---

inline std::string describe(Moment moment) {
  return fmt::format("now{:+}ms", (moment - kNow).count());
}

template <typename Tag>
std::string describe(const Id<Tag>& id) {
  return fmt::format("{}", std::stoi(id.text(), nullptr, 16));
}

inline std::string describe(ActionSet set) {
  if (set == ActionSet::all()) return "{all}";
  std::string text;
  for (int i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    if (set.has(action)) text += fmt::format("{}{}", text.empty() ? "" : " ", name_of(action));
  }
  return "{" + text + "}";
}

inline std::string describe(const Principal& who) {
  static constexpr std::array kKinds{"anonymous", "link holder", "guest", "member", "service", "facility admin"};
  static constexpr std::array kLevels{"no factor", "one factor", "two factors", "fresh"};
  std::string text = fmt::format("{}, {}{}", kKinds.at(static_cast<std::size_t>(who.kind)),
                                 kLevels.at(static_cast<std::size_t>(who.assurance)), who.active ? "" : ", NOT ACTIVE");
  if (who.user) text += fmt::format(", user {}", describe(*who.user));
  for (const Membership& m : who.memberships) {
    text += fmt::format(", {} team {}", m.is_manager ? "manages" : "in", describe(m.team));
    if (m.expires) text += fmt::format(" until {}", describe(*m.expires));
  }
  for (const BeamlineId& beamline : who.staff_of) text += fmt::format(", staff of beamline {}", describe(beamline));
  if (who.is_auditor) text += ", auditor";
  if (who.token) {
    text += fmt::format(", token {} until {}", describe(who.token->scopes), describe(who.token->expires));
    if (who.token->bound) text += fmt::format(" bound to object {}", describe(*who.token->bound));
  }
  if (who.link) {
    text += fmt::format(", link to object {} until {} made by [{}]", describe(who.link->object),
                        describe(who.link->expires), who.link->creator ? describe(*who.link->creator) : "nobody");
  }
  return text;
}

inline std::string describe(const Grant& grant) {
  const bool to_user = std::holds_alternative<UserId>(grant.subject);
  std::string text =
      fmt::format("{} for {} {}", name_of(grant.role), to_user ? "user" : "team",
                  to_user ? describe(std::get<UserId>(grant.subject)) : describe(std::get<TeamId>(grant.subject)));
  if (grant.not_before) text += fmt::format(" from {}", describe(*grant.not_before));
  if (grant.expires) text += fmt::format(" until {}", describe(*grant.expires));
  return text;
}

inline std::string describe(const Node& node) {
  static constexpr std::array kKinds{"facility", "beamline", "folder", "dataset", "layer", "annotation",
                                     "team",     "user",     "token",  "link",    "audit"};
  std::string text = fmt::format("object {} ({})", describe(node.id), kKinds.at(static_cast<std::size_t>(node.kind)));
  if (node.parent != nullptr) text += fmt::format(" below {}", describe(node.parent->id));
  if (node.beamline) text += fmt::format(", beamline {}", describe(*node.beamline));
  if (node.owner_team) text += fmt::format(", of team {}", describe(*node.owner_team));
  if (node.owner_user) text += fmt::format(", of user {}", describe(*node.owner_user));
  for (const Grant& grant : node.grants) text += fmt::format(", [{}]", describe(grant));
  if (node.is_public) text += ", public";
  if (node.is_restricted) text += ", restricted";
  if (node.is_sealed) text += ", sealed";
  if (node.is_on_hold) text += ", on hold";
  if (node.is_deleted) text += ", deleted";
  if (node.embargo_until) text += fmt::format(", embargo until {}", describe(*node.embargo_until));
  return text;
}

inline std::string describe(const RandomWorld& world) {
  std::string text;
  for (const Node& node : world.nodes) text += fmt::format("  {}\n", describe(node));
  text += fmt::format("  asker: {}\n  other: {}\n", describe(world.asker), describe(world.other));
  return text;
}

}  // namespace beamport::access
