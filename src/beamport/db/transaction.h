// SPDX-License-Identifier: Apache-2.0
#pragma once

// All or nothing. Begins as a writer (BEGIN IMMEDIATE), so that what was read in it still holds when it writes; rolls
// back unless it was committed. commit() returns after fsync: what it says is kept through a power cut. When it fails,
// nothing of it is in the database. The database outlives it. One thread at a time.

#include <string>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::db {

class Connection;
class Database;

class Transaction {
 public:
  /// kUnavailable when others kept writing for longer than the database's patience.
  [[nodiscard]] static Result<Transaction> begin(Database& database, std::string_view purpose);

  /// Sees one state from its first statement on, waits for nobody and keeps nobody waiting; for reading only.
  [[nodiscard]] static Result<Transaction> begin_reading(Database& database, std::string_view purpose);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  [[nodiscard]] Result<void> commit();

 private:
  friend class Database;
  [[nodiscard]] static Result<Transaction> begin(Connection& connection, std::string_view purpose);
  Transaction(Connection& connection, std::string_view purpose) : connection_(&connection), purpose_(purpose) {}

  Connection* connection_;  // null when there is nothing to roll back
  std::string purpose_;
};

}  // namespace beamport::db
