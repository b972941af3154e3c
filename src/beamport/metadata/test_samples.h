// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files for tests: our own samples of every dialect, which are the fuzz corpus too, and the real ones of the shared
// data.

#include <filesystem>
#include <string>
#include <string_view>

#include "beamport/base/result.h"
#include "beamport/metadata/record.h"

namespace beamport::metadata {

[[nodiscard]] std::filesystem::path sample(std::string_view name);

/// ../shared/data, or what BEAMPORT_SHARED_DATA says.
[[nodiscard]] std::filesystem::path shared_data();

/// The record of a text as if it were a file of that name.
[[nodiscard]] Result<Record> read_as(const std::string& name, std::string_view text);

/// The record of the file; a failed test and an empty record when it cannot be read.
[[nodiscard]] Record record_of(const std::filesystem::path& path);

/// "18.5 keV", "360 deg (derived)" of the value that counts, "-" when there is none.
[[nodiscard]] std::string told(const Record& record, std::string_view name);

}  // namespace beamport::metadata
