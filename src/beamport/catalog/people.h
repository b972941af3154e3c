// SPDX-License-Identifier: Apache-2.0
#pragma once

// People, memberships and beamline staff as rows of the catalog's database. Not thread-safe; the writing functions are
// called inside a transaction begun on the same database. What may be done by whom is not asked here.

#include <optional>
#include <string>
#include <vector>

#include "beamport/catalog/person.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

class People {
 public:
  /// The database outlives it.
  explicit People(db::Database& database) noexcept : database_(&database) {}

  [[nodiscard]] Result<std::optional<Person>> find(const access::UserId& id);
  [[nodiscard]] Result<std::optional<Person>> find_by_key(const std::string& key);
  /// By key.
  [[nodiscard]] Result<std::vector<Person>> list();
  [[nodiscard]] Result<void> insert(const Person& person, access::Moment now);
  /// kFailedPrecondition when somebody else has changed the row since that version; afterwards it is one more.
  [[nodiscard]] Result<void> update(const Person& person);

  [[nodiscard]] Result<std::optional<Team>> find_team(const std::string& key);
  /// By name.
  [[nodiscard]] Result<std::vector<Team>> list_teams();
  /// Its node is there already.
  [[nodiscard]] Result<void> insert_team(const Team& team);

  /// Of all teams, or of one person.
  [[nodiscard]] Result<std::vector<Member>> members(const std::optional<access::UserId>& person = {});
  /// Those that a beam time made.
  [[nodiscard]] Result<std::vector<Member>> members_of(const std::string& beam_time);
  /// Replaces what was there.
  [[nodiscard]] Result<void> put_member(const Member& member, const std::string& beam_time);
  /// How many there were.
  [[nodiscard]] Result<std::int64_t> remove_member(const access::TeamId& team, const access::UserId& person);
  /// Those that a beam time made end then, at the latest.
  [[nodiscard]] Result<std::int64_t> end_members_of(const std::string& beam_time, access::Moment when);

  [[nodiscard]] Result<std::vector<access::BeamlineId>> staff_of(const access::UserId& person);
  [[nodiscard]] Result<void> put_staff(const access::BeamlineId& beamline, const access::UserId& person);

 private:
  [[nodiscard]] Result<std::vector<Person>> read_people(db::Statement& select);
  [[nodiscard]] Result<std::vector<Member>> read_members(db::Statement& select);

  db::Database* database_;
};

}  // namespace beamport::catalog
