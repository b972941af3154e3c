// SPDX-License-Identifier: Apache-2.0
#pragma once

// Error answers as problem documents (RFC 9457, application/problem+json):
//   {"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"…","request_id":"…"}

#include <string_view>

#include "beamport/net/http_message.h"

namespace beamport::net {

/// The standard words for a status; empty for one that is not in use here.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// `code` is the stable snake_case word that programs look at; `detail` is the sentence that people read.
[[nodiscard]] Response make_problem(int status, std::string_view code, std::string_view detail,
                                    std::string_view request_id);

}  // namespace beamport::net
