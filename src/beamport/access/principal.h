// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who asks, with everything about her that a decision needs and nothing else. Built anew for every request from the
// session, token or link that was shown; a plain value.
//
//   kind             what she may do comes from
//   anonymous        public objects
//   link holder      the link: one object and what is below it, read only
//   guest            grants that name her
//   member           grants that name her or one of her teams
//   service          the scopes of its token, within its bound
//   facility admin   everything
//
// A member may also be manager of a team, staff of a beamline, or auditor: these add to what she is.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "beamport/access/action.h"
#include "beamport/base/ids.h"

namespace beamport::access {

/// Wall-clock time in milliseconds, UTC.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

using UserId = Id<struct UserTag>;
using TeamId = Id<struct TeamTag>;
using BeamlineId = Id<struct BeamlineTag>;
using NodeId = Id<struct NodeTag>;  // of any object in the tree (node.h)

/// How surely the person is who she says she is. A token counts as kFresh: its scopes are what limits it.
enum class Assurance : std::uint8_t {
  kNone,
  kOneFactor,   // may enrol a second one and sign out, no more
  kTwoFactors,  // may work
  kFresh,       // has just proved both again: may grant, delete, administer
};

struct Membership {
  TeamId team;
  bool is_manager = false;
  std::optional<Moment> expires{};  // none: stays
};

/// Limits what its holder may do; gives nothing.
struct Token {
  ActionSet scopes;
  std::optional<NodeId> bound{};  // only this object and what is below it
  Moment expires;
};

struct Principal;

/// A secret URL for people without an account.
struct Link {
  NodeId object;
  Moment expires;
  std::shared_ptr<const Principal> creator{};  // as she is now: the link dies with her right to share
};

struct Principal {
  enum class Kind : std::uint8_t { kAnonymous, kLinkHolder, kGuest, kMember, kService, kFacilityAdmin };

  Kind kind = Kind::kAnonymous;
  bool active = true;  // the account is not disabled
  Assurance assurance = Assurance::kNone;
  std::optional<UserId> user{};  // of guests, members and admins
  std::vector<Membership> memberships{};
  std::vector<BeamlineId> staff_of{};
  bool is_auditor = false;
  std::optional<Token> token{};
  std::optional<Link> link{};  // of link holders
};

}  // namespace beamport::access
