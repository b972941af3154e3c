// SPDX-License-Identifier: Apache-2.0
// The tables of the journal, and how they came to be. A step that has been released is never changed: the next one is
// added behind it.
//
//   scan          one row a source and generation; columns as in scan.h
//     owner         the process that has it, while it is running
//     source_due    what is still to be done with the slices of a published scan
//     wait_*        since when it waits for another try and how long: ScanDelay
//   turn          when each user was last served, for fairness; counted in changes
//   change_count  one row, the number of the last change

#include <array>

#include "beamport/ingest/scan_table.h"

namespace beamport::ingest {
namespace {

constexpr std::array kSteps{
    db::Migration{.number = 1, .what = "scans, turns and changes", .sql = R"sql(
CREATE TABLE scan (
  sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
  id              TEXT NOT NULL UNIQUE,
  source          TEXT NOT NULL,
  generation      INTEGER NOT NULL CHECK (generation > 0),
  output          TEXT NOT NULL,
  user_name       TEXT NOT NULL,
  scan_date       TEXT NOT NULL,
  scan_name       TEXT NOT NULL,
  root_name       TEXT NOT NULL,
  told_by         TEXT NOT NULL,
  expected_slices INTEGER,
  first_number    INTEGER,
  content         TEXT NOT NULL,
  source_bytes    INTEGER NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('noticed', 'settling', 'converting', 'verifying', 'published', 'failed',
                                                 'superseded', 'cancelled')),
  is_publishing   INTEGER NOT NULL DEFAULT 0 CHECK (is_publishing = 0 OR state = 'verifying'),
  owner           TEXT NOT NULL DEFAULT '',
  reason_code     TEXT,
  reason          TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  interruptions   INTEGER NOT NULL DEFAULT 0,
  wait_boot       TEXT,
  wait_from_ns    INTEGER,
  wait_ms         INTEGER,
  slices_done     INTEGER NOT NULL DEFAULT 0,
  slices_total    INTEGER NOT NULL DEFAULT 0,
  bytes_done      INTEGER NOT NULL DEFAULT 0,
  created         TEXT NOT NULL,
  changed         TEXT NOT NULL,
  change          INTEGER NOT NULL,
  UNIQUE (source, generation),
  CHECK ((owner <> '') = (state IN ('settling', 'converting', 'verifying')))
) STRICT;
-- What must hold whatever the program does: one generation at work a source, one published, one at work an image.
CREATE UNIQUE INDEX scan_at_work ON scan (source)
  WHERE state IN ('noticed', 'settling', 'converting', 'verifying', 'failed');
CREATE UNIQUE INDEX scan_published ON scan (source) WHERE state = 'published';
CREATE UNIQUE INDEX scan_output_at_work ON scan (output)
  WHERE state IN ('noticed', 'settling', 'converting', 'verifying', 'failed');
CREATE INDEX scan_output ON scan (output);
CREATE INDEX scan_state ON scan (state, user_name);
CREATE INDEX scan_change ON scan (change);
CREATE TABLE turn (user_name TEXT PRIMARY KEY, served INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE change_count (the_only INTEGER PRIMARY KEY CHECK (the_only = 1), value INTEGER NOT NULL) STRICT;
INSERT INTO change_count (the_only, value) VALUES (1, 0);
)sql"},
    db::Migration{.number = 2, .what = "what is to be done with the source of a published scan", .sql = R"sql(
ALTER TABLE scan ADD COLUMN source_due TEXT NOT NULL DEFAULT 'nothing'
  CHECK (source_due = 'nothing' OR (source_due IN ('comparing', 'removing') AND state = 'published'));
CREATE INDEX scan_source_due ON scan (sequence) WHERE source_due <> 'nothing';
)sql"},
};

constexpr std::int32_t kApplication = 0x424d4a31;  // "BMJ1"

}  // namespace

db::Schema ScanTable::schema() {
  return {.application = kApplication, .what = "journal of scans", .migrations = kSteps};
}

}  // namespace beamport::ingest
