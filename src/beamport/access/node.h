// SPDX-License-Identifier: Apache-2.0
#pragma once

// One object in the tree that access follows, with what is written on it:
//
//   facility ─ beamline ─ folder ─ folder (user) ─ folder (date) ─ dataset ─ layer, annotation
//                       └ team      └ user, token, link, audit: below the facility
//
// A node outlives those below it. Plain values; whoever makes the tree does not change it while others read.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "beamport/access/principal.h"

namespace beamport::access {

struct Grant {
  std::variant<UserId, TeamId> subject;
  Role role = Role::kReader;
  std::optional<Moment> not_before{};
  std::optional<Moment> expires{};
};

struct Node {
  enum class Kind : std::uint8_t {
    kFacility,
    kBeamline,
    kFolder,
    kDataset,
    kLayer,
    kAnnotation,
    kTeam,
    kUser,
    kToken,
    kLink,
    kAudit,
  };

  Kind kind = Kind::kFolder;
  NodeId id;
  const Node* parent = nullptr;  // null for the facility

  std::optional<BeamlineId> beamline{};  // whose staff looks after it and all below; the nearest one counts
  std::optional<TeamId> owner_team{};    // the nearest one counts; of a team: the team itself
  std::optional<UserId> owner_user{};    // of users, tokens, links: whom it belongs to; not inherited
  std::vector<Grant> grants{};

  bool is_public = false;      // for everybody, and all below
  bool is_restricted = false;  // grants from above end here
  bool is_sealed = false;      // its data do not change any more, nor any below
  bool is_on_hold = false;     // neither changed nor deleted until the hold is lifted, nor any below
  bool is_deleted = false;     // in its time of grace, and all below
  std::optional<Moment> embargo_until{};
};

}  // namespace beamport::access
