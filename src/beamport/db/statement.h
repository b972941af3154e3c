// SPDX-License-Identifier: Apache-2.0
#pragma once

// One prepared statement: values are bound to $1, $2, … and never pasted into the text; rows come one at a time.
//
//   BEAMPORT_ASSIGN(db::Statement find, database.prepare("find a scan", "SELECT state FROM scan WHERE id = $1"));
//   find.bind(1, id.text());
//   BEAMPORT_ASSIGN(const bool found, find.next());
//   if (found) return find.text(0);
//
// Columns are read from the row that next() went to; the schema says which type they have. The database it was prepared
// by outlives it. One thread at a time.

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "beamport/base/checked_math.h"
#include "beamport/base/result.h"

struct sqlite3_stmt;

namespace beamport::db {

class Connection;

class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// A value that cannot be bound (a number above 2⁶³, no memory) is told by next() or run().
  Statement& bind(int number, std::int64_t value);
  Statement& bind(int number, std::string_view text);
  Statement& bind(int number, std::nullopt_t null);
  template <std::integral T>
  Statement& bind(int number, T value) {
    if constexpr (std::same_as<T, bool>) {
      return bind(number, std::int64_t{value});
    } else {
      const std::optional<std::int64_t> fitting = checked_cast<std::int64_t>(value);
      return fitting ? bind(number, *fitting) : refuse(number);
    }
  }
  template <typename T>
  Statement& bind(int number, const std::optional<T>& value) {
    return value ? bind(number, *value) : bind(number, std::nullopt);
  }

  /// Goes to the next row; false after the last one, and then the statement can be bound and used again.
  [[nodiscard]] Result<bool> next();
  /// Runs to the end; how many rows it inserted, changed or removed.
  Result<std::int64_t> run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };

  Statement(const Connection& connection, sqlite3_stmt* statement, std::string purpose) noexcept;

  [[nodiscard]] int index_of(int number) const;
  Statement& keep_failure(int code);
  Statement& refuse(int number);

  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string purpose_;
  std::optional<Error> refused_;  // of a bind()
};

}  // namespace beamport::db
