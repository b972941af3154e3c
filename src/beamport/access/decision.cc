// SPDX-License-Identifier: Apache-2.0
#include "beamport/access/decision.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace beamport::access {
namespace {

using enum Action;
using Kind = Principal::Kind;

constexpr ActionSet kReading{kList, kReadMetadata, kReadData, kExport};
constexpr ActionSet kOwning{kList, kReadMetadata, kWriteMetadata, kDelete};
constexpr ActionSet kAuditing{kList, kReadMetadata, kExport};
constexpr ActionSet kNeverOfGuests{kShare, kGrant, kManageMembers};
constexpr ActionSet kNeedsFreshProof{kShare, kGrant, kDelete, kManageMembers, kAdminister};
constexpr ActionSet kEndsWithSeal{kWriteData};
constexpr ActionSet kEndsWithHold{kWriteMetadata, kWriteData, kMove, kDelete};
constexpr ActionSet kStaysAfterDeletion{kList, kReadMetadata, kRestore};

bool is_over(std::optional<Moment> end, Moment now) {
  return end && *end <= now;
}

bool is_live(const Grant& grant, Moment now) {
  return (!grant.not_before || *grant.not_before <= now) && !is_over(grant.expires, now);
}

bool is_embargoed(const Node& node, Moment now) {
  return node.embargo_until && now < *node.embargo_until;
}

bool is_person(const Principal& principal) {
  return principal.kind == Kind::kGuest || principal.kind == Kind::kMember || principal.kind == Kind::kFacilityAdmin;
}

bool is_at_or_below(const Node& object, const NodeId& id) {
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    if (node->id == id) return true;
  }
  return false;
}

template <typename Id>
const Id* nearest(const Node& object, std::optional<Id> Node::* field) {
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    if (node->*field) return &*(node->*field);
  }
  return nullptr;
}

/// Guests are in no team. Whoever is in a team twice is in it as long as the longer membership, and manages it with
/// either.
bool is_in(const TeamId& team, const Principal& principal, Moment now) {
  return principal.kind != Kind::kGuest &&
         std::ranges::any_of(principal.memberships, [&](const Membership& membership) {
           return membership.team == team && !is_over(membership.expires, now);
         });
}

bool manages(const TeamId& team, const Principal& principal, Moment now) {
  return std::ranges::any_of(principal.memberships, [&](const Membership& membership) {
    return membership.team == team && membership.is_manager && !is_over(membership.expires, now);
  });
}

bool names(const Grant& grant, const Principal& principal, Moment now) {
  if (const auto* user = std::get_if<UserId>(&grant.subject)) return principal.user == *user;
  return is_in(std::get<TeamId>(grant.subject), principal, now);
}

/// From the object upwards, to the first restricted node. What is above an embargoed node counts for its owners only.
ActionSet from_grants(const Principal& principal, const Node& object, bool is_of_owner_team, Moment now) {
  ActionSet given;
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    for (const Grant& grant : node->grants) {
      if (is_live(grant, now) && names(grant, principal, now)) given |= actions_of(grant.role);
    }
    if (node->is_restricted || (is_embargoed(*node, now) && !is_of_owner_team)) break;
  }
  return given;
}

ActionSet from_being_public(const Node& object, Moment now) {
  bool reaches = true;  // no restricted node below
  bool is_public = false;
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    if (is_embargoed(*node, now)) return {};
    is_public = is_public || (reaches && node->is_public);
    reaches = reaches && !node->is_restricted;
  }
  return is_public ? kReading : ActionSet{};
}

ActionSet held(const Principal& principal, const Node& object, Moment now);

ActionSet from_link(const Link& link, const Node& object, Moment now) {
  if (is_over(link.expires, now) || link.creator == nullptr || !is_person(*link.creator)) return {};
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    if (node->id == link.object) {
      return held(*link.creator, *node, now).has(kShare) ? kReading & held(*link.creator, object, now) : ActionSet{};
    }
    if (node->is_restricted || is_embargoed(*node, now)) break;
  }
  return {};
}

ActionSet from_person(const Principal& principal, const Node& object, Moment now) {
  if (principal.kind == Kind::kFacilityAdmin) return ActionSet::all();
  const TeamId* team = nearest(object, &Node::owner_team);
  ActionSet given = from_grants(principal, object, team != nullptr && is_in(*team, principal, now), now);
  if (object.owner_user && object.owner_user == principal.user) given |= kOwning;
  if (principal.kind == Kind::kGuest) return given.without(kNeverOfGuests);
  if (team != nullptr && manages(*team, principal, now)) given |= actions_of(Role::kManager);
  if (principal.is_auditor && object.kind == Node::Kind::kAudit) given |= kAuditing;
  const BeamlineId* beamline = nearest(object, &Node::beamline);
  const bool is_staff =
      beamline != nullptr && std::ranges::find(principal.staff_of, *beamline) != principal.staff_of.end();
  if (is_staff) given |= actions_of(Role::kManager);
  return given;
}

ActionSet token_lets_through(const Token& token, const Node& object, Moment now) {
  if (is_over(token.expires, now) || (token.bound && !is_at_or_below(object, *token.bound))) return {};
  return token.scopes;
}

/// Whatever the session's assurance and the object's state.
ActionSet held(const Principal& principal, const Node& object, Moment now) {
  if (!principal.active) return {};
  ActionSet given = from_being_public(object, now);
  switch (principal.kind) {
    case Kind::kAnonymous:
      break;
    case Kind::kLinkHolder:
      if (principal.link) given |= from_link(*principal.link, object, now);
      break;
    case Kind::kService:
      return principal.token ? token_lets_through(*principal.token, object, now) : ActionSet{};
    case Kind::kGuest:
    case Kind::kMember:
    case Kind::kFacilityAdmin:
      given |= from_person(principal, object, now);
      break;
  }
  return principal.token ? given & token_lets_through(*principal.token, object, now) : given;
}

/// What is left of it in the object's present state.
ActionSet in_its_state(ActionSet actions, const Node& object) {
  bool is_deleted = false;
  for (const Node* node = &object; node != nullptr; node = node->parent) {
    if (node->is_sealed) actions = actions.without(kEndsWithSeal);
    if (node->is_on_hold) actions = actions.without(kEndsWithHold);
    is_deleted = is_deleted || node->is_deleted;
  }
  if (!is_deleted) return actions;
  return actions.has(kRestore) ? actions & kStaysAfterDeletion : ActionSet{};
}

Assurance assurance_of(const Principal& principal) {
  return is_person(principal) && !principal.token ? principal.assurance : Assurance::kFresh;
}

}  // namespace

ActionSet allowed(const Principal& principal, const Node& object, Moment now) {
  const ActionSet actions = in_its_state(held(principal, object, now), object);
  switch (assurance_of(principal)) {
    case Assurance::kNone:
    case Assurance::kOneFactor:
      return {};
    case Assurance::kTwoFactors:
      return actions.without(kNeedsFreshProof);
    case Assurance::kFresh:
      return actions;
  }
  return {};
}

Decision may(const Principal& principal, Action action, const Node& object, Moment now) {
  const ActionSet actions = allowed(principal, object, now);
  if (actions.has(action)) return Decision::kAllow;
  if (!actions.has(kList)) return Decision::kHide;
  const bool lacks_only_proof = kNeedsFreshProof.has(action) && assurance_of(principal) == Assurance::kTwoFactors &&
                                in_its_state(held(principal, object, now), object).has(action);
  return lacks_only_proof ? Decision::kStepUp : Decision::kForbid;
}

bool may_give(const Principal& principal, Role role, const Node& object, Moment now) {
  return allowed(principal, object, now).has(kGrant) && held(principal, object, now).has_all(actions_of(role));
}

Decision may_move(const Principal& principal, const Node& object, const Node& to, Moment now) {
  const Decision from = may(principal, kMove, object, now);
  if (from != Decision::kAllow) return from;
  const Decision there = may(principal, kMove, to, now);
  if (there != Decision::kAllow) return there;
  return is_at_or_below(to, object.id) ? Decision::kForbid : Decision::kAllow;
}

}  // namespace beamport::access
