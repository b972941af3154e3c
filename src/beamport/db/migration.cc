// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/migration.h"

#include <memory>

#include <fmt/format.h>
#include <sqlite3.h>

#include "beamport/base/check.h"
#include "beamport/base/log.h"
#include "beamport/db/connection.h"

namespace beamport::db {
namespace {

Result<std::int64_t> read_number(Connection& connection, std::string_view purpose, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  const int prepared = sqlite3_prepare_v2(connection.handle(), sql, -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, &sqlite3_finalize);
  if (prepared != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW) return connection.failure(purpose);
  return sqlite3_column_int64(raw, 0);
}

struct Stamp {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t objects = 0;
};

/// Inside a transaction, so that the three belong together.
Result<Stamp> read_stamp(Connection& connection) {
  constexpr std::string_view kPurpose = "read whose database it is";
  Stamp stamp;
  BEAMPORT_ASSIGN(stamp.application, read_number(connection, kPurpose, "PRAGMA application_id"));
  BEAMPORT_ASSIGN(stamp.version, read_number(connection, kPurpose, "PRAGMA user_version"));
  BEAMPORT_ASSIGN(stamp.objects, read_number(connection, kPurpose, "SELECT count(*) FROM sqlite_schema"));
  return stamp;
}

Result<void> check_stamp(const Connection& connection, const Schema& schema, const Stamp& stamp) {
  const bool is_new = stamp.application == 0 && stamp.version == 0 && stamp.objects == 0;
  if (!is_new && stamp.application != schema.application) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{}: this is a database, but not Beamport's {}; move it away, or use another place",
                            connection.file(), schema.what));
  }
  const auto known = static_cast<std::int64_t>(schema.migrations.size());
  if (stamp.version > known) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: the {} has version {}, and this Beamport knows versions up to {}; install the newer "
                            "Beamport that wrote it",
                            connection.file(), schema.what, stamp.version, known));
  }
  return {};
}

Result<void> apply(Connection& connection, const Schema& schema, const Migration& migration) {
  const std::string purpose = fmt::format("version {} ({})", migration.number, migration.what);
  BEAMPORT_TRY(connection.execute(purpose, "BEGIN IMMEDIATE"));
  const auto steps = [&]() -> Result<void> {
    // Another process may have come first.
    BEAMPORT_ASSIGN(const Stamp stamp, read_stamp(connection));
    BEAMPORT_TRY(check_stamp(connection, schema, stamp));
    if (stamp.version >= migration.number) return {};
    BEAMPORT_TRY(connection.execute(purpose, std::string(migration.sql)));
    // Pragmas take no bound values; both are numbers of this program.
    BEAMPORT_TRY(connection.execute(purpose, fmt::format("PRAGMA application_id = {}", schema.application)));
    BEAMPORT_TRY(connection.execute(purpose, fmt::format("PRAGMA user_version = {}", migration.number)));
    return connection.execute(purpose, "COMMIT");
  };
  Result<void> done = steps();
  if (sqlite3_get_autocommit(connection.handle()) == 0) {
    if (const auto undone = connection.execute(purpose, "ROLLBACK"); !undone) log::error("{}", undone.error().message);
  }
  return done;
}

}  // namespace

Result<void> require_schema(Connection& connection, const Schema& schema) {
  BEAMPORT_TRY(connection.execute("read whose database it is", "BEGIN"));
  auto stamp = read_stamp(connection);
  const auto ended = connection.execute("read whose database it is", "ROLLBACK");
  if (!stamp) return fail(std::move(stamp).error());
  BEAMPORT_TRY(ended);
  return check_stamp(connection, schema, *stamp);
}

Result<void> migrate(Connection& connection, const Schema& schema) {
  std::int32_t expected = 1;
  for (const Migration& migration : schema.migrations) {
    BEAMPORT_CHECK(migration.number == expected++);
    BEAMPORT_TRY(apply(connection, schema, migration));
  }
  return {};
}

}  // namespace beamport::db
