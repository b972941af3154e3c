// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/beam_time.h"

#include <utility>

#include <fmt/format.h>

#include "beamport/catalog/stored_value.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {
namespace {

constexpr std::string_view kColumns = "id, key, proposal, title, beamline, begins, ends, team, folder, closed, version";

Result<BeamTime> read_beam_time(const db::Statement& row) {
  BEAMPORT_ASSIGN(auto beamline, id_in<access::NodeId>(row, 4));
  BEAMPORT_ASSIGN(auto team, id_in<access::TeamId>(row, 7));
  BEAMPORT_ASSIGN(auto folder, id_in<access::NodeId>(row, 8));
  return BeamTime{.id = row.text(0),
                  .key = row.text(1),
                  .proposal = row.text(2),
                  .title = row.text(3),
                  .beamline = std::move(beamline),
                  .begins = moment_of(row.integer(5)),
                  .ends = moment_of(row.integer(6)),
                  .team = std::move(team),
                  .folder = std::move(folder),
                  .closed = moment_of(row.optional_integer(9)),
                  .version = row.integer(10)};
}

}  // namespace

Result<std::optional<BeamTime>> BeamTimes::find(const std::string& key) {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("find a beam time", fmt::format("SELECT {} FROM beam_time WHERE key = $1", kColumns)));
  BEAMPORT_ASSIGN(const bool found, select.bind(1, key).next());
  if (!found) return std::nullopt;
  BEAMPORT_ASSIGN(BeamTime beam_time, read_beam_time(select));
  return std::optional(std::move(beam_time));
}

Result<std::vector<BeamTime>> BeamTimes::list() {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list beam times",
                                     fmt::format("SELECT {} FROM beam_time ORDER BY begins DESC, key", kColumns)));
  std::vector<BeamTime> all;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return all;
    BEAMPORT_ASSIGN(BeamTime beam_time, read_beam_time(select));
    all.push_back(std::move(beam_time));
  }
}

Result<void> BeamTimes::insert(const BeamTime& beam_time, access::Moment now) {
  BEAMPORT_ASSIGN(db::Statement insert,
                  database_->prepare("add a beam time",
                                     "INSERT INTO beam_time (id, key, proposal, title, beamline, begins, ends, team, "
                                     "folder, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"));
  BEAMPORT_TRY(insert.bind(1, beam_time.id)
                   .bind(2, beam_time.key)
                   .bind(3, beam_time.proposal)
                   .bind(4, beam_time.title)
                   .bind(5, beam_time.beamline.text())
                   .bind(6, stored(beam_time.begins))
                   .bind(7, stored(beam_time.ends))
                   .bind(8, beam_time.team.text())
                   .bind(9, beam_time.folder.text())
                   .bind(10, stored(now))
                   .run());
  return {};
}

Result<void> BeamTimes::update(const BeamTime& beam_time) {
  BEAMPORT_ASSIGN(db::Statement update,
                  database_->prepare("change a beam time",
                                     "UPDATE beam_time SET proposal = $3, title = $4, begins = $5, ends = $6, closed = "
                                     "$7, version = version + 1 WHERE id = $1 AND version = $2"));
  BEAMPORT_ASSIGN(const std::int64_t changed, update.bind(1, beam_time.id)
                                                  .bind(2, beam_time.version)
                                                  .bind(3, beam_time.proposal)
                                                  .bind(4, beam_time.title)
                                                  .bind(5, stored(beam_time.begins))
                                                  .bind(6, stored(beam_time.ends))
                                                  .bind(7, stored(beam_time.closed))
                                                  .run());
  if (changed == 1) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("beam time {} was changed by somebody else meanwhile; look again and repeat", beam_time.key));
}

}  // namespace beamport::catalog
