// SPDX-License-Identifier: Apache-2.0
#pragma once

// A record of metadata as a table for a terminal. Texts come from files of others: control characters are shown as
// escapes, long values are cut. Pure functions.

#include <string>
#include <string_view>

#include "beamport/metadata/completeness.h"
#include "beamport/metadata/record.h"

namespace beamport::app {

/// A line a field in groups of the schema, values that disagree below the one that counts, then notes.
[[nodiscard]] std::string metadata_table(const metadata::Record& record, const metadata::Schema& schema);

/// What is known of what is needed, and the fields that are missing, in doubt or in conflict.
[[nodiscard]] std::string completeness_text(const metadata::Completeness& completeness);

/// One line of at most so many characters, without control characters.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t max_characters);

}  // namespace beamport::app
