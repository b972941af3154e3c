// SPDX-License-Identifier: Apache-2.0
#pragma once

// One row of the table of scans, read and written: the order of the columns is known here and nowhere else.

#include <string_view>

#include "beamport/ingest/scan_table.h"

namespace beamport::ingest {

/// What a SELECT asks for that read_scan_row() is to read.
extern const std::string_view kScanColumns;

/// kCorrupt when the row holds what no Beamport of this version wrote.
[[nodiscard]] Result<ScanRow> read_scan_row(const db::Statement& select, const ScanClock& clock);

/// Everything that can change, found by the scan's id.
[[nodiscard]] Result<void> write_scan_row(db::Database& database, const ScanRow& row);

}  // namespace beamport::ingest
