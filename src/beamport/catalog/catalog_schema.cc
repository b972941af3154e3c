// SPDX-License-Identifier: Apache-2.0
// How the catalog's tables came to be. A step that has been released is never changed: the next one is added behind it.
//
//   person        who has an account; key is the stable name elsewhere ("door:u042"), unique, so that ensuring twice
//                 makes one
//   team, member  who works together; a member may be one until a moment
//   node          the tree that access follows (access/node.h): facility, beamline, folder, dataset, team, …
//                   name_key   the name as it is compared: one of each below a parent, as long as it is not deleted
//                   image      of a dataset: the image's path below the data folder
//   grant_given   a role on a node for a person or a team; ended ones stay, with who ended them
//   beam_time     a granted visit and what was made for it
//   token         of a person or a program; only the SHA-256 of its secret is here
//   audit         one row a decision that changed something, each with the digest of the one before it
//
// Moments are milliseconds since 1970, UTC. Ids are 24 hexadecimal digits. `version` grows with every change of a row:
// an edit names the version that it was made from.

#include "beamport/catalog/catalog_schema.h"

#include <array>

namespace beamport::catalog {
namespace {

constexpr std::array kSteps{
    db::Migration{.number = 1, .what = "people, the tree, grants, beam times, tokens, audit", .sql = R"sql(
CREATE TABLE person (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL CHECK (kind IN ('guest', 'member', 'admin')),
  name       TEXT NOT NULL,
  mail       TEXT NOT NULL,
  is_active  INTEGER NOT NULL DEFAULT 1,
  is_auditor INTEGER NOT NULL DEFAULT 0,
  created    INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE node (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL CHECK (kind IN ('facility', 'beamline', 'folder', 'dataset', 'team')),
  parent        TEXT REFERENCES node (id) CHECK ((parent IS NULL) = (kind = 'facility')),
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  image         TEXT UNIQUE CHECK ((image IS NOT NULL) = (kind = 'dataset')),
  owner_team    TEXT REFERENCES node (id),
  is_public     INTEGER NOT NULL DEFAULT 0,
  is_restricted INTEGER NOT NULL DEFAULT 0,
  is_sealed     INTEGER NOT NULL DEFAULT 0,
  is_on_hold    INTEGER NOT NULL DEFAULT 0,
  deleted       INTEGER,
  embargo_until INTEGER,
  created       INTEGER NOT NULL,
  version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX node_name ON node (parent, kind, name_key) WHERE deleted IS NULL;
CREATE UNIQUE INDEX node_facility ON node (kind) WHERE kind = 'facility';
CREATE INDEX node_owner_team ON node (owner_team);
CREATE TABLE team (
  id      TEXT PRIMARY KEY REFERENCES node (id),
  key     TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE member (
  team       TEXT NOT NULL REFERENCES team (id),
  person     TEXT NOT NULL REFERENCES person (id),
  is_manager INTEGER NOT NULL DEFAULT 0,
  source     TEXT NOT NULL CHECK (source IN ('auto', 'claim', 'manual')),
  expires    INTEGER,
  beam_time  TEXT,
  PRIMARY KEY (team, person)
) STRICT;
CREATE INDEX member_person ON member (person);
CREATE TABLE staff (
  beamline TEXT NOT NULL REFERENCES node (id),
  person   TEXT NOT NULL REFERENCES person (id),
  PRIMARY KEY (beamline, person)
) STRICT;
CREATE TABLE grant_given (
  id         TEXT PRIMARY KEY,
  node       TEXT NOT NULL REFERENCES node (id),
  person     TEXT REFERENCES person (id),
  team       TEXT REFERENCES team (id),
  role       TEXT NOT NULL CHECK (role IN ('reader', 'annotator', 'editor', 'manager')),
  not_before INTEGER,
  expires    INTEGER,
  given_by   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  source     TEXT NOT NULL CHECK (source IN ('auto', 'claim', 'manual')),
  beam_time  TEXT,
  created    INTEGER NOT NULL,
  ended      INTEGER,
  ended_by   TEXT,
  CHECK ((person IS NULL) <> (team IS NULL))
) STRICT;
CREATE INDEX grant_node ON grant_given (node) WHERE ended IS NULL;
CREATE TABLE beam_time (
  id        TEXT PRIMARY KEY,
  key       TEXT NOT NULL UNIQUE,
  proposal  TEXT NOT NULL,
  title     TEXT NOT NULL,
  beamline  TEXT NOT NULL REFERENCES node (id),
  begins    INTEGER NOT NULL,
  ends      INTEGER NOT NULL,
  team      TEXT NOT NULL REFERENCES team (id),
  folder    TEXT NOT NULL REFERENCES node (id),
  closed    INTEGER,
  created   INTEGER NOT NULL,
  version   INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE token (
  id        TEXT PRIMARY KEY,
  digest    TEXT NOT NULL,
  name      TEXT NOT NULL,
  person    TEXT REFERENCES person (id),
  scopes    TEXT NOT NULL,
  bound     TEXT REFERENCES node (id),
  expires   INTEGER NOT NULL,
  created   INTEGER NOT NULL,
  last_used INTEGER,
  revoked   INTEGER,
  beam_time TEXT
) STRICT;
CREATE INDEX token_person ON token (person);
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  moment   INTEGER NOT NULL,
  actor    TEXT NOT NULL,
  event    TEXT NOT NULL,
  object   TEXT NOT NULL,
  details  TEXT NOT NULL,
  digest   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (object);
)sql"}};

constexpr std::int32_t kApplication = 0x42504331;  // "BPC1"

}  // namespace

db::Schema catalog_schema() {
  return {.application = kApplication, .what = "catalog", .migrations = kSteps};
}

}  // namespace beamport::catalog
