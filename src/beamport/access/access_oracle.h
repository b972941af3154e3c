// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rules of docs/access.md a second time, written from that page alone and in another shape than decision.cc: the
// way from the object to the facility as plain facts, one predicate for each rule, their union, then what takes away.
// For tests only. Nothing here is fast, and nothing here is shared with decision.cc but the types of the question.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "beamport/access/decision.h"

namespace beamport::access::oracle {

// --- the two tables of the page, action by action ---

struct ActionRow {
  Action action;
  std::string_view roles;   // reader, annotator, editor, manager
  std::string_view scopes;  // dataset:read, dataset:write, ingest, sheet, admin
};

inline constexpr std::array<ActionRow, kActionCount> kTable{{
    {.action = Action::kList, .roles = "xxxx", .scopes = "xxxxx"},
    {.action = Action::kReadMetadata, .roles = "xxxx", .scopes = "xxxxx"},
    {.action = Action::kReadData, .roles = "xxxx", .scopes = "xx..x"},
    {.action = Action::kExport, .roles = "xxxx", .scopes = "xx..x"},
    {.action = Action::kAnnotate, .roles = ".xxx", .scopes = ".x..x"},
    {.action = Action::kWriteMetadata, .roles = "..xx", .scopes = ".xx.x"},
    {.action = Action::kWriteData, .roles = "..xx", .scopes = ".xx.x"},
    {.action = Action::kMove, .roles = "..xx", .scopes = ".x..x"},
    {.action = Action::kShare, .roles = "...x", .scopes = "....x"},
    {.action = Action::kGrant, .roles = "...x", .scopes = "....x"},
    {.action = Action::kDelete, .roles = "...x", .scopes = "....x"},
    {.action = Action::kRestore, .roles = "...x", .scopes = "....x"},
    {.action = Action::kManageMembers, .roles = "...x", .scopes = "....x"},
    {.action = Action::kAdminister, .roles = "....", .scopes = "....x"},
}};

inline ActionSet of_role(Role role) {
  ActionSet set;
  for (const ActionRow& row : kTable) {
    if (row.roles.at(static_cast<std::size_t>(role)) == 'x') set |= {row.action};
  }
  return set;
}

inline ActionSet of_scope(Scope scope) {
  ActionSet set;
  for (const ActionRow& row : kTable) {
    if (row.scopes.at(static_cast<std::size_t>(scope)) == 'x') set |= {row.action};
  }
  return set;
}

inline const ActionSet kReading{Action::kList, Action::kReadMetadata, Action::kReadData, Action::kExport};
inline const std::array<ActionSet, 4> kOfRole{of_role(Role::kReader), of_role(Role::kAnnotator), of_role(Role::kEditor),
                                              of_role(Role::kManager)};

// --- facts ---

/// A question and what is plain about it. Level 0 is the object itself, the last level the facility.
struct Facts {
  const Principal& who;
  const Node& object;
  Moment now;
  std::vector<const Node*> levels{};

  Facts(const Principal& principal, const Node& node, Moment moment) : who(principal), object(node), now(moment) {
    for (const Node* level = &node; level != nullptr; level = level->parent) levels.push_back(level);
  }

  [[nodiscard]] bool is(Principal::Kind kind) const { return who.kind == kind; }
  [[nodiscard]] bool is_person() const {
    return is(Principal::Kind::kGuest) || is(Principal::Kind::kMember) || is(Principal::Kind::kFacilityAdmin);
  }

  /// Some level from first on, before last, for which it holds.
  template <typename Holds>
  [[nodiscard]] bool some(std::size_t first, std::size_t last, const Holds& holds) const {
    bool found = false;
    for (std::size_t level = first; level < last; ++level) found |= holds(*levels[level]);
    return found;
  }
  template <typename Holds>
  [[nodiscard]] bool anywhere(const Holds& holds) const {
    return some(0, levels.size(), holds);
  }
  template <typename Holds>
  [[nodiscard]] bool below(std::size_t level, const Holds& holds) const {
    return some(0, level, holds);
  }
};

/// From its first moment on, that moment included, until its last one, excluded.
inline bool live(const std::optional<Moment>& first, const std::optional<Moment>& last, Moment now) {
  return (!first || now >= *first) && (!last || now < *last);
}

inline bool restricted(const Node& node) {
  return node.is_restricted;
}

inline auto embargoed(Moment now) {
  return [now](const Node& node) { return node.embargo_until && now < *node.embargo_until; };
}

inline std::optional<TeamId> owner_team(const Facts& facts) {
  std::optional<TeamId> nearest;
  for (const Node* level : std::views::reverse(facts.levels)) {
    if (level->owner_team) nearest = level->owner_team;
  }
  return nearest;
}

inline std::optional<BeamlineId> beamline(const Facts& facts) {
  std::optional<BeamlineId> nearest;
  for (const Node* level : std::views::reverse(facts.levels)) {
    if (level->beamline) nearest = level->beamline;
  }
  return nearest;
}

inline bool member_of(const Facts& facts, const std::optional<TeamId>& team, bool as_manager = false) {
  const auto counts = [&](const Membership& m) {
    return m.team == team && live(std::nullopt, m.expires, facts.now) && (m.is_manager || !as_manager);
  };
  return team && std::any_of(facts.who.memberships.begin(), facts.who.memberships.end(), counts);
}

inline bool names_user(const Facts& facts, const Grant& grant) {
  const UserId* const user = std::get_if<UserId>(&grant.subject);
  return user != nullptr && facts.who.user && *facts.who.user == *user;
}

inline bool names_team(const Facts& facts, const Grant& grant) {
  const TeamId* const team = std::get_if<TeamId>(&grant.subject);
  return team != nullptr && member_of(facts, *team);
}

/// What is written on this level reaches the object. An embargo keeps nothing from the team that owns the object.
inline bool grants_reach(const Facts& facts, std::size_t level, bool of_owners) {
  return !facts.below(level, restricted) && (of_owners || !facts.below(level, embargoed(facts.now)));
}

template <typename Names>
ActionSet granted(const Facts& facts, bool of_owners, const Names& names) {
  ActionSet set;
  for (std::size_t level = 0; level < facts.levels.size(); ++level) {
    for (const Grant& grant : facts.levels[level]->grants) {
      const bool counts = names(grant) && live(grant.not_before, grant.expires, facts.now);
      if (counts && grants_reach(facts, level, of_owners)) set |= kOfRole.at(static_cast<std::size_t>(grant.role));
    }
  }
  return set;
}

// --- what gives ---

enum class Rule : std::uint8_t {
  kPublic = 1,
  kLinkHolder,
  kGuest,
  kMember,
  kOwnerTeam,
  kStaff,
  kAuditor,
  kOwnerUser,
  kFacilityAdmin,
  kService,
};
inline constexpr std::size_t kRuleCount = 10;

/// What each rule gives; rule r at r - 1.
using Gifts = std::array<ActionSet, kRuleCount>;
inline Gifts gifts(const Facts& facts);

inline ActionSet all_of(const Gifts& gifts) {
  ActionSet set;
  for (const ActionSet gift : gifts) set |= gift;
  return set;
}

/// What the token lets through, whoever shows it. Without one: nothing for a service, everything for the others.
inline ActionSet let_through(const Facts& facts) {
  if (!facts.who.token) return facts.is(Principal::Kind::kService) ? ActionSet{} : ActionSet::all();
  const Token& token = *facts.who.token;
  const bool ended = facts.now >= token.expires;
  const bool within = !token.bound || facts.anywhere([&](const Node& node) { return node.id == *token.bound; });
  return !ended && within ? token.scopes : ActionSet{};
}

/// What the creator of a link may do, whatever her session and the state of the object.
inline ActionSet as_creator(const Principal& creator, const Node& object, Moment now) {
  const Facts facts(creator, object, now);
  return facts.is_person() && creator.active ? all_of(gifts(facts)) & let_through(facts) : ActionSet{};
}

inline ActionSet rule_public(const Facts& facts) {
  bool reaches = false;
  for (std::size_t level = 0; level < facts.levels.size(); ++level) {
    reaches |= facts.levels[level]->is_public && !facts.below(level, restricted);
  }
  const bool applies = !facts.is(Principal::Kind::kService);
  return applies && reaches && !facts.anywhere(embargoed(facts.now)) ? kReading : ActionSet{};
}

inline ActionSet rule_link_holder(const Facts& facts) {
  if (!facts.is(Principal::Kind::kLinkHolder) || !facts.who.link || !facts.who.link->creator) return {};
  const Link& link = *facts.who.link;
  ActionSet set;
  for (std::size_t level = 0; level < facts.levels.size(); ++level) {
    const Node& shared = *facts.levels[level];
    const bool lives = shared.id == link.object && facts.now < link.expires;
    const bool barred = facts.below(level, restricted) || facts.below(level, embargoed(facts.now));
    if (lives && !barred && as_creator(*link.creator, shared, facts.now).has(Action::kShare)) {
      set |= kReading & as_creator(*link.creator, facts.object, facts.now);
    }
  }
  return set;
}

inline ActionSet rule_guest(const Facts& facts) {
  if (!facts.is(Principal::Kind::kGuest)) return {};
  return granted(facts, false, [&](const Grant& grant) { return names_user(facts, grant); })
      .without({Action::kShare, Action::kGrant, Action::kManageMembers});
}

inline ActionSet rule_member(const Facts& facts) {
  if (!facts.is(Principal::Kind::kMember)) return {};
  return granted(facts, member_of(facts, owner_team(facts)),
                 [&](const Grant& grant) { return names_user(facts, grant) || names_team(facts, grant); });
}

inline ActionSet rule_owner_team(const Facts& facts) {
  const bool manages = member_of(facts, owner_team(facts), true);
  return facts.is(Principal::Kind::kMember) && manages ? of_role(Role::kManager) : ActionSet{};
}

inline ActionSet rule_staff(const Facts& facts) {
  const std::optional<BeamlineId> nearest = beamline(facts);
  const auto& staff_of = facts.who.staff_of;
  const bool is_staff = nearest && std::find(staff_of.begin(), staff_of.end(), *nearest) != staff_of.end();
  return facts.is(Principal::Kind::kMember) && is_staff ? of_role(Role::kManager) : ActionSet{};
}

inline ActionSet rule_auditor(const Facts& facts) {
  const bool applies =
      facts.is(Principal::Kind::kMember) && facts.who.is_auditor && facts.object.kind == Node::Kind::kAudit;
  return applies ? ActionSet{Action::kList, Action::kReadMetadata, Action::kExport} : ActionSet{};
}

inline ActionSet rule_owner_user(const Facts& facts) {
  const bool applies = facts.is(Principal::Kind::kGuest) || facts.is(Principal::Kind::kMember);
  const bool belongs = facts.who.user && facts.object.owner_user && *facts.who.user == *facts.object.owner_user;
  return applies && belongs ? ActionSet{Action::kList, Action::kReadMetadata, Action::kWriteMetadata, Action::kDelete}
                            : ActionSet{};
}

inline Gifts gifts(const Facts& facts) {
  return {rule_public(facts),
          rule_link_holder(facts),
          rule_guest(facts),
          rule_member(facts),
          rule_owner_team(facts),
          rule_staff(facts),
          rule_auditor(facts),
          rule_owner_user(facts),
          facts.is(Principal::Kind::kFacilityAdmin) ? ActionSet::all() : ActionSet{},
          facts.is(Principal::Kind::kService) ? let_through(facts) : ActionSet{}};
}

// --- what takes away ---

enum class Denial : std::uint8_t { kToken, kInactive, kAssurance, kSealed, kOnHold, kDeleted };
inline constexpr std::size_t kDenialCount = 6;

inline ActionSet left_by_assurance(const Facts& facts, Assurance assurance) {
  if (!facts.is_person() || facts.who.token || assurance == Assurance::kFresh) return ActionSet::all();
  if (assurance != Assurance::kTwoFactors) return {};
  return ActionSet::all().without(
      {Action::kShare, Action::kGrant, Action::kDelete, Action::kManageMembers, Action::kAdminister});
}

inline ActionSet left_by_seal(const Facts& facts) {
  const bool sealed = facts.anywhere([](const Node& node) { return node.is_sealed; });
  return sealed ? ActionSet::all().without({Action::kWriteData}) : ActionSet::all();
}

inline ActionSet left_by_hold(const Facts& facts) {
  const bool on_hold = facts.anywhere([](const Node& node) { return node.is_on_hold; });
  return on_hold
             ? ActionSet::all().without({Action::kWriteMetadata, Action::kWriteData, Action::kMove, Action::kDelete})
             : ActionSet::all();
}

/// Everything known about a question: what is given, what each denial leaves of it, and the answer.
struct Answer {
  Gifts gifts;
  std::array<ActionSet, kDenialCount> left;  // Denial::kDeleted: of what all others leave
  ActionSet allowed;
  ActionSet allowed_if_fresh;
};

inline ActionSet left_by_deletion(const Facts& facts, ActionSet rest) {
  if (!facts.anywhere([](const Node& node) { return node.is_deleted; })) return ActionSet::all();
  return rest.has(Action::kRestore) ? ActionSet{Action::kList, Action::kReadMetadata, Action::kRestore} : ActionSet{};
}

inline Answer answer(const Principal& who, const Node& object, Moment now) {
  const Facts facts(who, object, now);
  Answer answer{.gifts = gifts(facts), .left = {}, .allowed = {}, .allowed_if_fresh = {}};
  answer.left = {let_through(facts),
                 who.active ? ActionSet::all() : ActionSet{},
                 left_by_assurance(facts, who.assurance),
                 left_by_seal(facts),
                 left_by_hold(facts),
                 ActionSet::all()};
  const ActionSet if_fresh = all_of(answer.gifts) & answer.left[0] & answer.left[1] & answer.left[3] & answer.left[4];
  const ActionSet rest = if_fresh & answer.left[2];
  answer.left.back() = left_by_deletion(facts, rest);
  answer.allowed = rest & answer.left.back();
  answer.allowed_if_fresh = if_fresh & left_by_deletion(facts, if_fresh);
  return answer;
}

inline Decision decide(const Answer& answer, Action action) {
  if (answer.allowed.has(action)) return Decision::kAllow;
  if (!answer.allowed.has(Action::kList)) return Decision::kHide;
  return answer.allowed_if_fresh.has(action) ? Decision::kStepUp : Decision::kForbid;
}

inline ActionSet allowed(const Principal& who, const Node& object, Moment now) {
  return answer(who, object, now).allowed;
}

inline Decision may(const Principal& who, Action action, const Node& object, Moment now) {
  return decide(answer(who, object, now), action);
}

/// Nobody gives more than she holds.
inline bool may_give(const Principal& who, Role role, const Node& object, Moment now) {
  const Facts facts(who, object, now);
  const ActionSet held = all_of(gifts(facts)) & let_through(facts);
  return oracle::may(who, Action::kGrant, object, now) == Decision::kAllow && held.has_all(of_role(role));
}

/// The answer of the object, then that of the place, then whether the place is inside the object: who may not know of
/// the object does not learn that something is below it.
inline Decision may_move(const Principal& who, const Node& object, const Node& to, Moment now) {
  const Facts place(who, to, now);
  const bool into_itself = place.anywhere([&](const Node& node) { return node.id == object.id; });
  const std::array<Decision, 3> answers{oracle::may(who, Action::kMove, object, now),
                                        oracle::may(who, Action::kMove, to, now),
                                        into_itself ? Decision::kForbid : Decision::kAllow};
  const auto first = std::find_if(answers.begin(), answers.end(), [](Decision d) { return d != Decision::kAllow; });
  return first == answers.end() ? Decision::kAllow : *first;
}

}  // namespace beamport::access::oracle
