// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who did what to whose data, kept for good: rows are only added, each with the digest of the one before it in its own,
// so that a row that was changed, removed, moved or put in later does not fit any more.
//
//   digest(n) = SHA-256( digest(n-1) ‖ '\n' ‖ canonical(n) )        digest(0) = ""
//   canonical = one JSON array: [sequence, moment, actor, event, object, details]
//
// The last digest, written down elsewhere, also tells when rows were cut off at the end. Not thread-safe; append() is
// called inside the transaction that does what is recorded, so neither is there without the other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamport/access/principal.h"
#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/db/database.h"

namespace beamport::catalog {

struct AuditEntry {
  std::int64_t sequence = 0;  // 1, 2, 3, …
  access::Moment moment;
  std::string actor{};    // id of a person or token, "command line", "ingest"
  std::string event{};    // "grant.give", "folder.make": a noun and a verb
  std::string object{};   // id of what was changed; may be empty
  std::string details{};  // a JSON object; never a secret
  std::string digest{};   // 64 hexadecimal digits
};

struct AuditFilter {
  std::string actor{};      // empty: all
  std::string event{};      // empty: all; "grant." for all that begin so
  std::string object{};     // empty: all
  std::int64_t before = 0;  // sequence that the page ends before; 0: begins with the newest
  std::int64_t limit = 100;
};

struct AuditVerdict {
  std::int64_t entries = 0;
  std::string head{};                    // digest of the last one that fits
  std::optional<std::int64_t> broken{};  // sequence of the first that does not
  std::string problem{};                 // what is wrong with it
};

class AuditLog {
 public:
  /// The database outlives it.
  explicit AuditLog(db::Database& database) noexcept : database_(&database) {}

  /// Returns the entry as it is stored.
  [[nodiscard]] Result<AuditEntry> append(access::Moment moment, std::string_view actor, std::string_view event,
                                          std::string_view object, const JsonObject& details);
  /// Newest first.
  [[nodiscard]] Result<std::vector<AuditEntry>> list(const AuditFilter& filter);
  /// Reads the whole chain.
  [[nodiscard]] Result<AuditVerdict> verify();

 private:
  db::Database* database_;
};

}  // namespace beamport::catalog
