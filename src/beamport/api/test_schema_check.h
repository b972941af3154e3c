// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checks JSON values against the part of JSON Schema (2020-12) that json_schema.h writes. A keyword it does not know is
// a finding, so that the check cannot pass by ignoring something. For tests.

#include <string>
#include <vector>

#include "beamport/base/json.h"

namespace beamport::api {

/// What is wrong with the value, each with its JSON pointer; empty when all is well. `document` resolves "#/…".
[[nodiscard]] std::vector<std::string> schema_findings(const Json& value, const Json& schema, const Json& document);

}  // namespace beamport::api
