// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/transaction.h"

#include <utility>

#include <sqlite3.h>

#include "beamport/base/log.h"
#include "beamport/db/connection.h"
#include "beamport/db/database.h"

namespace beamport::db {

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), purpose_(std::move(other.purpose_)) {}

Transaction::~Transaction() {
  // Full disks and I/O errors have rolled back already.
  if (connection_ == nullptr || sqlite3_get_autocommit(connection_->handle()) != 0) return;
  const auto done = connection_->execute("roll back: " + purpose_, "ROLLBACK");
  if (!done) log::error("{}", done.error().message);
}

Result<Transaction> Transaction::begin(Database& database, std::string_view purpose) {
  return begin(database.connection(), purpose);
}

Result<Transaction> Transaction::begin(Connection& connection, std::string_view purpose) {
  BEAMPORT_TRY(connection.execute(purpose, "BEGIN IMMEDIATE"));
  return Transaction(connection, purpose);
}

Result<Transaction> Transaction::begin_reading(Database& database, std::string_view purpose) {
  BEAMPORT_TRY(database.connection().execute(purpose, "BEGIN"));
  return Transaction(database.connection(), purpose);
}

Result<void> Transaction::commit() {
  BEAMPORT_TRY(connection_->execute(purpose_, "COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace beamport::db
