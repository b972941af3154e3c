// SPDX-License-Identifier: Apache-2.0
#pragma once

// The header fields that every answer carries, so that no handler can forget one: what browsers may do with it, and
// which other sites may read it. Source: WHATWG Fetch (CORS, CORP), HTML (COOP), W3C CSP 3.

#include <string>
#include <vector>

#include "beamport/net/http_message.h"

namespace beamport::api {

/// nosniff, Referrer-Policy, Content-Security-Policy, Cross-Origin-Resource-Policy; for pages also COOP.
void add_security_headers(net::Response& response, bool open_to_other_sites);

/// Lets pages of `origin` ("*": any) read the answer and the fields that matter for ranges. Also for errors: a client
/// must be able to tell an absent chunk from a broken connection.
void add_cors_headers(net::Response& response, const std::string& origin);

/// The answer to OPTIONS: 204 with Allow, and what a preflight asks for when the address is open to other sites.
[[nodiscard]] net::Response options_response(const std::vector<std::string>& allow, bool open_to_other_sites);

}  // namespace beamport::api
