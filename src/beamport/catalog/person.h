// SPDX-License-Identifier: Apache-2.0
#pragma once

// People with accounts, and the teams that they work in. Plain values, as they are stored (people.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/access/principal.h"
#include "beamport/base/describe.h"

namespace beamport::catalog {

enum class PersonKind : std::uint8_t { kGuest, kMember, kAdmin };
BOOST_DESCRIBE_ENUM(PersonKind, kGuest, kMember, kAdmin)

struct Person {
  access::UserId id;
  std::string key{};  // her stable name elsewhere, "door:u042"; unique
  PersonKind kind = PersonKind::kMember;
  std::string name{};
  std::string mail{};
  bool is_active = true;
  bool is_auditor = false;
  std::int64_t version = 0;
};

struct Team {
  access::TeamId id;  // also that of its node
  std::string key{};  // unique
  std::string name{};
};

/// Where a membership or a grant comes from: the beam-time hook, a claim of the directory, somebody's hand.
enum class Source : std::uint8_t { kAuto, kClaim, kManual };
BOOST_DESCRIBE_ENUM(Source, kAuto, kClaim, kManual)

struct Member {
  access::TeamId team;
  access::UserId person;
  bool is_manager = false;
  Source source = Source::kManual;
  std::optional<access::Moment> expires{};
};

}  // namespace beamport::catalog
