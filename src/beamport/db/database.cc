// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/database.h"

#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "beamport/db/connection.h"
#include "beamport/os/file.h"

namespace beamport::db {
namespace {

/// What a connection does not remember from the last one.
Result<void> set_up(Connection& connection) {
  return connection.execute("set up",
                            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
                            "PRAGMA cell_size_check = ON");
}

/// Switching to the log does not wait for other processes that open the file at the same moment; so this does.
Result<void> use_write_ahead_log(Database& database, Connection& connection) {
  constexpr std::chrono::milliseconds kPause{5};
  const auto give_up = std::chrono::steady_clock::now() + connection.patience();
  BEAMPORT_ASSIGN(Statement set, database.prepare("switch to a write-ahead log", "PRAGMA journal_mode = WAL"));
  while (true) {
    auto answered = set.next();
    if (answered && *answered && set.text(0) == "wal") return {};
    if (answered) {
      return fail(
          ErrorCode::kUnsupported,
          fmt::format("{}: this file system cannot keep a write-ahead log; use a local one", connection.file()));
    }
    if (!connection.was_busy() || std::chrono::steady_clock::now() > give_up) return fail(std::move(answered).error());
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> check_writable(const Connection& connection) {
  if (sqlite3_db_readonly(connection.handle(), "main") != 1) return {};
  return fail(
      ErrorCode::kPermissionDenied,
      fmt::format("{}: cannot be written; let Beamport's user write the file and its folder", connection.file()));
}

/// What a killed process wrote into the log but never synced is seen by us and could still be lost with the power. A
/// checkpoint syncs the log first. It is not waited for: when it is busy, another process is doing just that.
Result<void> settle_log(const Connection& connection) {
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code == SQLITE_OK || connection.was_busy()) return {};
  return connection.failure("make what is in the log durable");
}

}  // namespace

Database::Database(std::unique_ptr<Connection> connection) noexcept : connection_(std::move(connection)) {}
Database::Database(Database&& other) noexcept = default;
Database& Database::operator=(Database&& other) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& path, const Schema& schema,
                                std::chrono::milliseconds patience) {
  BEAMPORT_ASSIGN(std::unique_ptr<Connection> opened, Connection::open(path, patience));
  Database database(std::move(opened));
  Connection& connection = database.connection();
  // Before anything is written to it.
  BEAMPORT_TRY(require_schema(connection, schema));
  BEAMPORT_TRY(check_writable(connection));
  BEAMPORT_TRY(set_up(connection));
  BEAMPORT_TRY(use_write_ahead_log(database, connection));
  BEAMPORT_TRY(database.check());
  BEAMPORT_TRY(migrate(connection, schema));
  BEAMPORT_TRY(settle_log(connection));
  // The file may be new; its name must last as well.
  BEAMPORT_TRY(os::sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path(".")));
  return database;
}

Result<Database> Database::connect_again() const {
  BEAMPORT_ASSIGN(std::unique_ptr<Connection> opened, Connection::open(connection_->file(), connection_->patience()));
  BEAMPORT_TRY(set_up(*opened));
  return Database(std::move(opened));
}

Result<Statement> Database::prepare(std::string_view purpose, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string text(sql);
  if (sqlite3_prepare_v2(connection_->handle(), text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return connection_->failure(purpose);
  }
  return Statement(*connection_, statement, std::string(purpose));
}

Result<std::int64_t> Database::outside_changes() {
  BEAMPORT_ASSIGN(Statement read, prepare("look for changes", "PRAGMA data_version"));
  BEAMPORT_TRY(read.next());
  return read.integer(0);
}

Result<void> Database::check() {
  BEAMPORT_ASSIGN(Statement check, prepare("check the file", "PRAGMA quick_check(1)"));
  BEAMPORT_ASSIGN(const bool answered, check.next());
  const std::string answer = answered ? check.text(0) : "no answer";
  if (answer == "ok") return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("{}: is damaged: {}; restore it from a backup, or move it away to begin with an empty one",
                          connection_->file(), answer));
}

}  // namespace beamport::db
