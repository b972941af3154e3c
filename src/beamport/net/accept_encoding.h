// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which content coding to send, from the Accept-Encoding field: the one the client weighs highest, and among equals the
// one that costs least here (zstd, then gzip, then none). Pure function. Source: RFC 9110 §12.5.3.

#include <cstdint>
#include <optional>
#include <string_view>

namespace beamport::net {

enum class ContentCoding : std::uint8_t { kIdentity, kGzip, kZstd };

/// The token for Content-Encoding; empty for kIdentity, which has no field.
[[nodiscard]] std::string_view token_of(ContentCoding coding) noexcept;

/// Falls back to kIdentity when the client refuses everything.
[[nodiscard]] ContentCoding choose_coding(std::optional<std::string_view> accept_encoding) noexcept;

}  // namespace beamport::net
