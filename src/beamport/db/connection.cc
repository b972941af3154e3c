// SPDX-License-Identifier: Apache-2.0
#include "beamport/db/connection.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "beamport/os/file.h"

namespace beamport::db {
namespace {

struct Meaning {
  ErrorCode code;
  std::string_view advice;
};

constexpr std::string_view kFreeSpace = "free space on this file system, then try again";
constexpr std::string_view kMakeWritable = "let Beamport's user write the file and its folder";
constexpr std::string_view kLookAtDisk = "look at the disk and the kernel's log";
constexpr std::string_view kSetAside = "restore it from a backup, or move it away to begin with an empty one";
constexpr std::string_view kOthersHoldIt = "another process holds it; try again, or look for one that hangs";
constexpr std::string_view kDefect = "this is a defect of Beamport, please report it";

Meaning meaning_of_system_error(int error_number) {
  const ErrorCode code = os::system_error(error_number, "", {}).value().code;
  if (code == ErrorCode::kNoSpace) return {code, kFreeSpace};
  if (code == ErrorCode::kPermissionDenied) return {code, kMakeWritable};
  return {code, kLookAtDisk};
}

Meaning meaning_of(int extended_code, int error_number) {
  switch (extended_code & 0xff) {  // the low byte is the kind
    case SQLITE_FULL:
      return {ErrorCode::kNoSpace, kFreeSpace};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kPermissionDenied, kMakeWritable};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, kOthersHoldIt};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, kSetAside};
    case SQLITE_CANTOPEN:
      return error_number != 0 ? meaning_of_system_error(error_number) : Meaning{ErrorCode::kIo, kLookAtDisk};
    case SQLITE_IOERR: {
      if (extended_code == SQLITE_IOERR_SHMSIZE) return {ErrorCode::kNoSpace, kFreeSpace};
      const Meaning meaning = meaning_of_system_error(error_number);
      // Only these say more than that the system refused.
      const bool says_more = meaning.code == ErrorCode::kNoSpace || meaning.code == ErrorCode::kPermissionDenied;
      return says_more ? meaning : Meaning{ErrorCode::kIo, kLookAtDisk};
    }
    case SQLITE_CONSTRAINT: {
      const bool taken = extended_code == SQLITE_CONSTRAINT_UNIQUE || extended_code == SQLITE_CONSTRAINT_PRIMARYKEY;
      return {taken ? ErrorCode::kAlreadyExists : ErrorCode::kFailedPrecondition, "look at what is stored already"};
    }
    case SQLITE_NOMEM:
      return {ErrorCode::kResourceExhausted, "give the process more memory"};
    case SQLITE_TOOBIG:
      return {ErrorCode::kOutOfRange, "a value is longer than a gigabyte"};
    default:
      return {ErrorCode::kInternal, kDefect};
  }
}

/// Why a write failed. A full quota is not SQLITE_FULL, and a failed commit does not keep the reason with the
/// connection: then it is with the file that was written, the log or the database.
int system_error_of(sqlite3* handle) {
  if (const int known = sqlite3_system_errno(handle); known != 0) return known;
  const int code = sqlite3_extended_errcode(handle);
  // Files keep their last error; one of another kind may be older than this failure.
  if (code != SQLITE_IOERR_WRITE && code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_TRUNCATE) return 0;
  sqlite3_file* log = nullptr;
  int error_number = 0;
  if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log)) == SQLITE_OK &&
      log != nullptr && log->pMethods != nullptr) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error_number);
  }
  if (error_number == 0) sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &error_number);
  return error_number;
}

}  // namespace

Connection::Connection(sqlite3* handle, std::string file, std::chrono::milliseconds patience) noexcept
    : handle_(handle), file_(std::move(file)), patience_(patience) {}

Connection::~Connection() {
  // _v2 waits for statements that are still alive; closing loses nothing, commits were durable before.
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path,
                                                     std::chrono::milliseconds patience) {
  sqlite3* handle = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, kFlags, nullptr);
  auto connection = std::unique_ptr<Connection>(new Connection(handle, path.string(), patience));
  if (handle == nullptr)
    return fail(ErrorCode::kResourceExhausted, fmt::format("{}: no memory to open it", path.string()));
  if (code != SQLITE_OK) return connection->failure("open");
  sqlite3_busy_timeout(
      handle, static_cast<int>(std::clamp<std::int64_t>(patience.count(), 0, std::numeric_limits<int>::max())));
  return connection;
}

Result<void> Connection::execute(std::string_view purpose, const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure(purpose);
  return {};
}

Failure Connection::failure(std::string_view purpose) const {
  const auto [code, advice] = meaning_of(sqlite3_extended_errcode(handle_), system_error_of(handle_));
  return fail(code, fmt::format("{}: {}: {}; {}", file_, purpose, sqlite3_errmsg(handle_), advice));
}

bool Connection::was_busy() const noexcept {
  return (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY;
}

}  // namespace beamport::db
