// SPDX-License-Identifier: Apache-2.0
#pragma once

// One open SQLite connection, and what its result codes mean. The only header that names the engine's type; included by
// the sources of db alone. One thread at a time.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "beamport/base/result.h"

struct sqlite3;

namespace beamport::db {

class Connection {
 public:
  /// Opens or creates the file; nothing is read from it yet.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path,
                                                                std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::chrono::milliseconds patience() const noexcept { return patience_; }

  /// Runs statements without values; rows are ignored.
  [[nodiscard]] Result<void> execute(std::string_view purpose, const std::string& sql);

  /// The error of the call that has just failed: "<file>: <purpose>: <reason>; <what to do>".
  [[nodiscard]] Failure failure(std::string_view purpose) const;
  /// Whether that was somebody else's lock.
  [[nodiscard]] bool was_busy() const noexcept;

 private:
  Connection(sqlite3* handle, std::string file, std::chrono::milliseconds patience) noexcept;

  sqlite3* handle_;
  std::string file_;
  std::chrono::milliseconds patience_;
};

}  // namespace beamport::db
