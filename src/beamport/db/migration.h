// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a database got its tables: numbered steps 1, 2, 3, … that only go forward. Each is applied in one transaction
// together with its number; killed half-way, it was not applied. Steps that have been released never change.

#include <cstdint>
#include <span>
#include <string_view>

#include "beamport/base/result.h"

namespace beamport::db {

class Connection;

struct Migration {
  std::int32_t number = 0;
  std::string_view what;  // "add the column …", for messages
  std::string_view sql;
};

struct Schema {
  std::int32_t application = 0;  // written into the file; another one's file is refused
  std::string_view what;         // "journal of scans", for messages
  std::span<const Migration> migrations;
};

/// Nothing happens when there is nothing to do. kFailedPrecondition for a file that holds something else, kUnsupported
/// for one of a newer Beamport; such files are not touched.
[[nodiscard]] Result<void> require_schema(Connection& connection, const Schema& schema);

/// Applies what is missing.
[[nodiscard]] Result<void> migrate(Connection& connection, const Schema& schema);

}  // namespace beamport::db
