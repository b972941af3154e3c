// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/people.h"

#include <utility>

#include <fmt/format.h>

#include "beamport/catalog/stored_value.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {
namespace {

constexpr std::string_view kPersonColumns = "id, key, kind, name, mail, is_active, is_auditor, version";

Result<Person> read_person(const db::Statement& row) {
  BEAMPORT_ASSIGN(auto id, id_in<access::UserId>(row, 0));
  BEAMPORT_ASSIGN(const auto kind, enumerator_in<PersonKind>(row, 2));
  return Person{.id = std::move(id),
                .key = row.text(1),
                .kind = kind,
                .name = row.text(3),
                .mail = row.text(4),
                .is_active = row.integer(5) != 0,
                .is_auditor = row.integer(6) != 0,
                .version = row.integer(7)};
}

}  // namespace

Result<std::vector<Person>> People::read_people(db::Statement& select) {
  std::vector<Person> people;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return people;
    BEAMPORT_ASSIGN(Person person, read_person(select));
    people.push_back(std::move(person));
  }
}

Result<std::optional<Person>> People::find(const access::UserId& id) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find a person", fmt::format("SELECT {} FROM person WHERE id = $1", kPersonColumns)));
  BEAMPORT_ASSIGN(auto people, read_people(select.bind(1, id.text())));
  return people.empty() ? std::nullopt : std::optional(std::move(people.front()));
}

Result<std::optional<Person>> People::find_by_key(const std::string& key) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find a person", fmt::format("SELECT {} FROM person WHERE key = $1", kPersonColumns)));
  BEAMPORT_ASSIGN(auto people, read_people(select.bind(1, key)));
  return people.empty() ? std::nullopt : std::optional(std::move(people.front()));
}

Result<std::vector<Person>> People::list() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list people", fmt::format("SELECT {} FROM person ORDER BY key", kPersonColumns)));
  return read_people(select);
}

Result<void> People::insert(const Person& person, access::Moment now) {
  BEAMPORT_ASSIGN(db::Statement insert,
                  database_->prepare("add a person",
                                     "INSERT INTO person (id, key, kind, name, mail, is_active, is_auditor, created) "
                                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
  BEAMPORT_TRY(insert.bind(1, person.id.text())
                   .bind(2, person.key)
                   .bind(3, wire_name_of(person.kind))
                   .bind(4, person.name)
                   .bind(5, person.mail)
                   .bind(6, person.is_active)
                   .bind(7, person.is_auditor)
                   .bind(8, stored(now))
                   .run());
  return {};
}

Result<void> People::update(const Person& person) {
  BEAMPORT_ASSIGN(db::Statement update,
                  database_->prepare("change a person",
                                     "UPDATE person SET kind = $3, name = $4, mail = $5, is_active = $6, is_auditor = "
                                     "$7, version = version + 1 WHERE id = $1 AND version = $2"));
  BEAMPORT_ASSIGN(const std::int64_t changed, update.bind(1, person.id.text())
                                                  .bind(2, person.version)
                                                  .bind(3, wire_name_of(person.kind))
                                                  .bind(4, person.name)
                                                  .bind(5, person.mail)
                                                  .bind(6, person.is_active)
                                                  .bind(7, person.is_auditor)
                                                  .run());
  if (changed == 1) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} was changed by somebody else meanwhile; look again and repeat", person.key));
}

Result<std::optional<Team>> People::find_team(const std::string& key) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("find a team",
                                     "SELECT team.id, team.key, node.name FROM team JOIN node ON node.id = team.id "
                                     "WHERE team.key = $1"));
  BEAMPORT_ASSIGN(const bool found, select.bind(1, key).next());
  if (!found) return std::nullopt;
  BEAMPORT_ASSIGN(auto id, id_in<access::TeamId>(select, 0));
  return Team{.id = std::move(id), .key = select.text(1), .name = select.text(2)};
}

Result<std::vector<Team>> People::list_teams() {
  BEAMPORT_ASSIGN(db::Statement select, database_->prepare("list teams",
                                                           "SELECT team.id, team.key, node.name FROM team JOIN node ON "
                                                           "node.id = team.id ORDER BY node.name, team.key"));
  std::vector<Team> teams;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return teams;
    BEAMPORT_ASSIGN(auto id, id_in<access::TeamId>(select, 0));
    teams.push_back({.id = std::move(id), .key = select.text(1), .name = select.text(2)});
  }
}

Result<void> People::insert_team(const Team& team) {
  BEAMPORT_ASSIGN(db::Statement insert, database_->prepare("add a team", "INSERT INTO team (id, key) VALUES ($1, $2)"));
  BEAMPORT_TRY(insert.bind(1, team.id.text()).bind(2, team.key).run());
  return {};
}

Result<std::vector<Member>> People::read_members(db::Statement& select) {
  std::vector<Member> members;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return members;
    BEAMPORT_ASSIGN(auto team, id_in<access::TeamId>(select, 0));
    BEAMPORT_ASSIGN(auto id, id_in<access::UserId>(select, 1));
    BEAMPORT_ASSIGN(const auto source, enumerator_in<Source>(select, 3));
    members.push_back({.team = std::move(team),
                       .person = std::move(id),
                       .is_manager = select.integer(2) != 0,
                       .source = source,
                       .expires = moment_of(select.optional_integer(4))});
  }
}

Result<std::vector<Member>> People::members(const std::optional<access::UserId>& person) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list members",
                                     "SELECT team, person, is_manager, source, expires FROM member WHERE ($1 = '' OR "
                                     "person = $1) ORDER BY team, person"));
  return read_members(select.bind(1, person ? person->text() : std::string()));
}

Result<std::vector<Member>> People::members_of(const std::string& beam_time) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("list the members of a beam time",
                         "SELECT team, person, is_manager, source, expires FROM member WHERE beam_time = $1 "
                         "AND source = 'auto' ORDER BY team, person"));
  return read_members(select.bind(1, beam_time));
}

Result<void> People::put_member(const Member& member, const std::string& beam_time) {
  BEAMPORT_ASSIGN(db::Statement put,
                  database_->prepare("add a member",
                                     "INSERT INTO member (team, person, is_manager, source, expires, beam_time) VALUES "
                                     "($1, $2, $3, $4, $5, $6) ON CONFLICT (team, person) DO UPDATE SET is_manager = "
                                     "excluded.is_manager, source = excluded.source, expires = excluded.expires, "
                                     "beam_time = excluded.beam_time"));
  BEAMPORT_TRY(put.bind(1, member.team.text())
                   .bind(2, member.person.text())
                   .bind(3, member.is_manager)
                   .bind(4, wire_name_of(member.source))
                   .bind(5, stored(member.expires))
                   .bind(6, beam_time)
                   .run());
  return {};
}

Result<std::int64_t> People::remove_member(const access::TeamId& team, const access::UserId& person) {
  BEAMPORT_ASSIGN(db::Statement remove,
                  database_->prepare("remove a member", "DELETE FROM member WHERE team = $1 AND person = $2"));
  return remove.bind(1, team.text()).bind(2, person.text()).run();
}

Result<std::int64_t> People::end_members_of(const std::string& beam_time, access::Moment when) {
  BEAMPORT_ASSIGN(db::Statement end,
                  database_->prepare("end memberships of a beam time",
                                     "UPDATE member SET expires = $2 WHERE beam_time = $1 AND source = 'auto' AND "
                                     "(expires IS NULL OR expires > $2)"));
  return end.bind(1, beam_time).bind(2, stored(when)).run();
}

Result<std::vector<access::BeamlineId>> People::staff_of(const access::UserId& person) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list the beamlines of a person",
                                     "SELECT beamline FROM staff WHERE person = $1 ORDER BY beamline"));
  select.bind(1, person.text());
  std::vector<access::BeamlineId> beamlines;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return beamlines;
    BEAMPORT_ASSIGN(auto id, id_in<access::BeamlineId>(select, 0));
    beamlines.push_back(std::move(id));
  }
}

Result<void> People::put_staff(const access::BeamlineId& beamline, const access::UserId& person) {
  BEAMPORT_ASSIGN(db::Statement put,
                  database_->prepare("add beamline staff",
                                     "INSERT INTO staff (beamline, person) VALUES ($1, $2) ON CONFLICT DO NOTHING"));
  BEAMPORT_TRY(put.bind(1, beamline.text()).bind(2, person.text()).run());
  return {};
}

}  // namespace beamport::catalog
