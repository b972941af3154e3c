// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/audit_log.h"

#include <utility>

#include <fmt/format.h>

#include "beamport/crypto/sha256.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {
namespace {

constexpr std::string_view kColumns = "sequence, moment, actor, event, object, details, digest";

std::string digest_of(const std::string& before, const AuditEntry& entry) {
  const JsonArray canonical{
      entry.sequence, entry.moment.time_since_epoch().count(), entry.actor, entry.event, entry.object, entry.details};
  return crypto::to_hex(crypto::sha256(as_byte_view(before + '\n' + write_json(canonical))));
}

AuditEntry read_entry(const db::Statement& row) {
  return {.sequence = row.integer(0),
          .moment = access::Moment(std::chrono::milliseconds(row.integer(1))),
          .actor = row.text(2),
          .event = row.text(3),
          .object = row.text(4),
          .details = row.text(5),
          .digest = row.text(6)};
}

}  // namespace

Result<AuditEntry> AuditLog::append(access::Moment moment, std::string_view actor, std::string_view event,
                                    std::string_view object, const JsonObject& details) {
  AuditEntry entry{.sequence = 1,
                   .moment = moment,
                   .actor = std::string(actor),
                   .event = std::string(event),
                   .object = std::string(object),
                   .details = write_json(details),
                   .digest = {}};
  std::string before;
  BEAMPORT_ASSIGN(db::Statement last, database_->prepare("read the end of the audit record",
                                                         "SELECT sequence, digest FROM audit ORDER BY sequence DESC "
                                                         "LIMIT 1"));
  BEAMPORT_ASSIGN(const bool found, last.next());
  if (found) {
    entry.sequence = last.integer(0) + 1;
    before = last.text(1);
  }
  entry.digest = digest_of(before, entry);
  BEAMPORT_ASSIGN(
      db::Statement insert,
      database_->prepare("write the audit record",
                         fmt::format("INSERT INTO audit ({}) VALUES ($1, $2, $3, $4, $5, $6, $7)", kColumns)));
  BEAMPORT_TRY(insert.bind(1, entry.sequence)
                   .bind(2, moment.time_since_epoch().count())
                   .bind(3, entry.actor)
                   .bind(4, entry.event)
                   .bind(5, entry.object)
                   .bind(6, entry.details)
                   .bind(7, entry.digest)
                   .run());
  return entry;
}

Result<std::vector<AuditEntry>> AuditLog::list(const AuditFilter& filter) {
  BEAMPORT_ASSIGN(db::Statement select,
                  database_->prepare("list the audit record",
                                     fmt::format("SELECT {} FROM audit WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR "
                                                 "event = $2 OR ($3 = 1 AND substr(event, 1, length($2)) = $2)) AND "
                                                 "($4 = '' OR object = $4) AND ($5 = 0 OR sequence < $5) ORDER BY "
                                                 "sequence DESC LIMIT $6",
                                                 kColumns)));
  select.bind(1, filter.actor)
      .bind(2, filter.event)
      .bind(3, filter.event.ends_with('.'))
      .bind(4, filter.object)
      .bind(5, filter.before)
      .bind(6, filter.limit);
  std::vector<AuditEntry> entries;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return entries;
    entries.push_back(read_entry(select));
  }
}

Result<AuditVerdict> AuditLog::verify() {
  BEAMPORT_ASSIGN(
      db::Statement select,
      database_->prepare("check the audit record", fmt::format("SELECT {} FROM audit ORDER BY sequence", kColumns)));
  AuditVerdict verdict;
  while (true) {
    BEAMPORT_ASSIGN(const bool found, select.next());
    if (!found) return verdict;
    const AuditEntry entry = read_entry(select);
    if (entry.sequence != verdict.entries + 1) {
      verdict.problem =
          fmt::format("entry {} follows entry {}: what was between them is gone", entry.sequence, verdict.entries);
    } else if (entry.digest != digest_of(verdict.head, entry)) {
      verdict.problem = "its digest does not fit to what it says and to the entry before it";
    }
    if (!verdict.problem.empty()) {
      verdict.broken = entry.sequence;
      return verdict;
    }
    ++verdict.entries;
    verdict.head = entry.digest;
  }
}

}  // namespace beamport::catalog
