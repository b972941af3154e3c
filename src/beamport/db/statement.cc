// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/statement.h"

#include <new>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "beamport/base/check.h"
#include "beamport/db/connection.h"

namespace beamport::db {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement::Statement(const Connection& connection, sqlite3_stmt* statement, std::string purpose) noexcept
    : connection_(&connection), statement_(statement), purpose_(std::move(purpose)) {}

Statement::Statement(Statement&& other) noexcept = default;
Statement::~Statement() = default;

int Statement::index_of(int number) const {
  // SQLite numbers $n by its first appearance, PostgreSQL by n: the name is what both agree on.
  const int index = sqlite3_bind_parameter_index(statement_.get(), fmt::format("${}", number).c_str());
  BEAMPORT_CHECK(index > 0);
  return index;
}

Statement& Statement::keep_failure(int code) {
  if (code != SQLITE_OK && !refused_) refused_ = connection_->failure(purpose_).value();
  return *this;
}

Statement& Statement::refuse(int number) {
  const std::string message =
      fmt::format("{}: {}: the value of ${} is above 2^63", connection_->file(), purpose_, number);
  if (!refused_) refused_ = fail(ErrorCode::kOutOfRange, message).value();
  return *this;
}

Statement& Statement::bind(int number, std::int64_t value) {
  return keep_failure(sqlite3_bind_int64(statement_.get(), index_of(number), value));
}

Statement& Statement::bind(int number, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  return keep_failure(
      sqlite3_bind_text64(statement_.get(), index_of(number), data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(int number, std::nullopt_t /*null*/) {
  return keep_failure(sqlite3_bind_null(statement_.get(), index_of(number)));
}

Result<bool> Statement::next() {
  if (refused_) return fail(*std::exchange(refused_, std::nullopt));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  Failure failure = connection_->failure(purpose_);
  sqlite3_reset(statement_.get());
  return failure;
}

Result<std::int64_t> Statement::run() {
  for (bool more = true; more;) {
    BEAMPORT_ASSIGN(more, next());
  }
  return sqlite3_changes64(connection_->handle());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  if (is_null(column)) return {};
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) throw std::bad_alloc();  // the only reason there is for a value that is not NULL
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

}  // namespace beamport::db
