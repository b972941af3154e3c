// SPDX-License-Identifier: Apache-2.0
#pragma once

// Base64 with the standard alphabet and padding (RFC 4648 section 4). Pure functions.

#include <string>
#include <string_view>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport {

[[nodiscard]] std::string encode_base64(ByteView bytes);

/// Strict: kInvalidArgument for any other character (line breaks too), wrong padding, or bits left over.
[[nodiscard]] Result<Bytes> decode_base64(std::string_view text);

}  // namespace beamport
