// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of the catalog: people, teams, the tree of objects, grants, beam times, tokens and the audit record. The
// tables themselves are in the source, with what each column means.

#include "beamport/db/migration.h"

namespace beamport::catalog {

[[nodiscard]] db::Schema catalog_schema();

}  // namespace beamport::catalog
