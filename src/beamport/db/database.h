// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small database in one file: write-ahead log, every commit synced, foreign keys on. Processes may share it; readers
// see the last commit and never wait for a writer, writers wait for each other. The statements are SQL with $1, $2, …
// so that another engine can stand behind this face; only migrations are in the engine's own dialect.
//
// A Database is used by one thread at a time, is not carried across fork(), and outlives its statements and
// transactions. The file lies on a local file system: the log's index is shared memory.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "beamport/base/result.h"
#include "beamport/db/migration.h"
#include "beamport/db/statement.h"

namespace beamport::db {

class Database {
 public:
  static constexpr std::chrono::milliseconds kPatience{30'000};  // for other processes' writes

  /// Opens or creates the file, checks it and brings its tables up to date. Its folder exists.
  /// kCorrupt for a damaged file, kFailedPrecondition for a foreign one, kUnsupported for one of a newer Beamport,
  /// kPermissionDenied when it cannot be written, kNoSpace, kUnavailable when it stays locked.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path, const Schema& schema,
                                             std::chrono::milliseconds patience = kPatience);
  /// Another connection to the same file, for another thread; what open() has checked is not checked again.
  [[nodiscard]] Result<Database> connect_again() const;

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// The purpose is for messages: "<file>: <purpose>: <what went wrong>; <what to do>".
  [[nodiscard]] Result<Statement> prepare(std::string_view purpose, std::string_view sql);

  /// A number that changes whenever anybody else, another process or another Database of this one, has committed.
  [[nodiscard]] Result<std::int64_t> outside_changes();

  /// Reads the whole file; kCorrupt says what is wrong. Values themselves carry no checksum.
  [[nodiscard]] Result<void> check();

 private:
  friend class Transaction;
  explicit Database(std::unique_ptr<Connection> connection) noexcept;
  [[nodiscard]] Connection& connection() noexcept { return *connection_; }

  std::unique_ptr<Connection> connection_;
};

}  // namespace beamport::db
