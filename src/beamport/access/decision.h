// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may do what, decided here and nowhere else. Pure functions: no I/O, no clock, no state; the same question always
// has the same answer. What is not allowed in so many words is denied. The rules in words are in docs/access.md, and
// access_oracle_test.cc holds these functions against a second implementation of them.
//
//   1  the account is active, the session is sure enough for the action, the token lets it through
//   2  nothing changes what is sealed, on hold or deleted; an embargo keeps out whom only something above it lets in
//   3  what a live grant, the team that owns it, staff, admin, link or public gives, from the object upwards,
//      up to the first restricted one
//   4  otherwise no
//
// Source: reference/security.md §3.2.

#include <cstdint>
#include <span>

#include "beamport/access/node.h"
#include "beamport/access/principal.h"

namespace beamport::access {

enum class Decision : std::uint8_t {
  kAllow,
  kHide,    // may not even know of it: answered as if it did not exist
  kForbid,  // may see it, but not do this
  kStepUp,  // may do this as soon as she has proved both factors again
};

[[nodiscard]] Decision may(const Principal& principal, Action action, const Node& object, Moment now);

/// Everything that may() allows.
[[nodiscard]] ActionSet allowed(const Principal& principal, const Node& object, Moment now);

/// Whether she may give that role on the object to somebody: nobody gives more than she holds.
[[nodiscard]] bool may_give(const Principal& principal, Role role, const Node& object, Moment now);

/// Whether she may move the object below another one: asked at both ends.
[[nodiscard]] Decision may_move(const Principal& principal, const Node& object, const Node& to, Moment now);

}  // namespace beamport::access
