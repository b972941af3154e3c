// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small schema for the tests of db.

#include <array>

#include "beamport/db/database.h"

namespace beamport::db {

inline constexpr std::array kNoteSteps{
    Migration{
        .number = 1, .what = "the first tables", .sql = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT"},
    Migration{.number = 2,
              .what = "remarks on notes",
              .sql = "CREATE TABLE remark (note INTEGER NOT NULL REFERENCES note (id), text TEXT NOT NULL) STRICT;"
                     "CREATE UNIQUE INDEX remark_text ON remark (text)"},
};
inline constexpr Schema kNotes{.application = 0x4e4f5445, .what = "book of notes", .migrations = kNoteSteps};

inline Result<void> add_note(Database& database, std::string_view text) {
  BEAMPORT_ASSIGN(Statement insert, database.prepare("add a note", "INSERT INTO note (text) VALUES ($1)"));
  BEAMPORT_TRY(insert.bind(1, text).run());
  return {};
}

inline std::int64_t count_of(Database& database, const std::string& table) {
  Statement count = database.prepare("count", "SELECT count(*) FROM " + table).value();
  return count.next().value() ? count.integer(0) : -1;
}

}  // namespace beamport::db
