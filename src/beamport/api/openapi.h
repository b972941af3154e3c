// SPDX-License-Identifier: Apache-2.0
#pragma once

// The OpenAPI 3.1 document of the endpoint table. It is printed, never written by hand; the copy in
// openapi/openapi.json is what client code is generated from, and a test fails when the two differ.

#include <span>
#include <string>
#include <string_view>

#include "beamport/api/endpoint.h"

namespace beamport::api {

/// The document of these rows, in their order.
[[nodiscard]] Json openapi_of(std::span<const Endpoint> endpoints, std::string_view version);

/// The document of Beamport's own table, indented, with a newline at the end.
[[nodiscard]] std::string openapi_document();

}  // namespace beamport::api
