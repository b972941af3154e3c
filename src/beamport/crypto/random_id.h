// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unguessable bytes and ids from OpenSSL's generator, which the kernel seeds. Thread-safe.

#include <string>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::crypto {

/// Fills the buffer; kUnavailable when the generator has no seed.
[[nodiscard]] Result<void> fill_random(MutableByteView to);

/// A fresh id: 96 random bits as 24 lower-case hexadecimal digits.
[[nodiscard]] Result<std::string> random_id();

}  // namespace beamport::crypto
