// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the catalog's values are stored in its tables: moments as milliseconds since 1970, ids and enumerators as text.
// Reading says kCorrupt for what no version of Beamport has written.

#include <optional>
#include <string>

#include <fmt/format.h>

#include "beamport/access/principal.h"
#include "beamport/base/describe.h"
#include "beamport/base/result.h"
#include "beamport/db/statement.h"

namespace beamport::catalog {

[[nodiscard]] inline std::int64_t stored(access::Moment moment) {
  return moment.time_since_epoch().count();
}
[[nodiscard]] inline std::optional<std::int64_t> stored(const std::optional<access::Moment>& moment) {
  return moment ? std::optional(stored(*moment)) : std::nullopt;
}
template <typename Tag>
[[nodiscard]] std::optional<std::string> stored(const std::optional<Id<Tag>>& id) {
  return id ? std::optional(id->text()) : std::nullopt;
}

[[nodiscard]] inline access::Moment moment_of(std::int64_t milliseconds) {
  return access::Moment(std::chrono::milliseconds(milliseconds));
}
[[nodiscard]] inline std::optional<access::Moment> moment_of(const std::optional<std::int64_t>& milliseconds) {
  return milliseconds ? std::optional(moment_of(*milliseconds)) : std::nullopt;
}

template <typename AnyId>
[[nodiscard]] Result<AnyId> id_in(const db::Statement& row, int column) {
  auto id = AnyId::parse(row.text(column));
  if (!id) return fail(ErrorCode::kCorrupt, fmt::format("catalog: '{}' is no id", row.text(column)));
  return std::move(*id);
}
template <typename AnyId>
[[nodiscard]] Result<std::optional<AnyId>> optional_id_in(const db::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  BEAMPORT_ASSIGN(AnyId id, id_in<AnyId>(row, column));
  return std::optional(std::move(id));
}

template <DescribedEnum Enum>
[[nodiscard]] Result<Enum> enumerator_in(const db::Statement& row, int column) {
  const auto value = parse_wire_name<Enum>(row.text(column));
  if (!value) return fail(ErrorCode::kCorrupt, fmt::format("catalog: '{}' is not known", row.text(column)));
  return *value;
}

}  // namespace beamport::catalog
