// SPDX-License-Identifier: Apache-2.0
#pragma once

// A granted visit, as the facility's user office tells it and as it is stored. Plain values; the table is used by
// Catalog alone (catalog.h).

#include <optional>
#include <string>
#include <vector>

#include "beamport/access/principal.h"
#include "beamport/base/describe.h"
#include "beamport/catalog/person.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

enum class VisitRole : std::uint8_t { kLeader, kMember, kLocalContact };
BOOST_DESCRIBE_ENUM(VisitRole, kLeader, kMember, kLocalContact)

struct Visitor {
  std::string key{};  // her stable name at the facility, "door:u042"; else her mail address in small letters
  std::string name{};
  std::string mail{};
  VisitRole role = VisitRole::kMember;
};

/// Said as often as one likes: the key tells which beam time it is.
struct BeamTimeRequest {
  std::string key{};  // the facility's own id of it
  std::string proposal{};
  std::string title{};
  std::string beamline{};
  std::string account{};  // name of the user's folder; else that of the proposal
  access::Moment begins;
  access::Moment ends;
  std::vector<Visitor> people{};
};

struct BeamTime {
  std::string id{};
  std::string key{};
  std::string proposal{};
  std::string title{};
  access::NodeId beamline;
  access::Moment begins;
  access::Moment ends;
  access::TeamId team;
  access::NodeId folder;  // the one named after the first day, below that of the user
  std::optional<access::Moment> closed{};
  std::int64_t version = 0;

  bool operator==(const BeamTime&) const = default;
};

class BeamTimes {
 public:
  /// The database outlives it.
  explicit BeamTimes(db::Database& database) noexcept : database_(&database) {}

  [[nodiscard]] Result<std::optional<BeamTime>> find(const std::string& key);
  /// Newest first.
  [[nodiscard]] Result<std::vector<BeamTime>> list();
  [[nodiscard]] Result<void> insert(const BeamTime& beam_time, access::Moment now);
  /// Proposal, title, dates and whether it is closed. kFailedPrecondition when somebody else has changed it.
  [[nodiscard]] Result<void> update(const BeamTime& beam_time);

 private:
  db::Database* database_;
};

}  // namespace beamport::catalog
