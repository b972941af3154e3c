// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a trigger may say, and what two of them say together. Pure functions.

#include "beamport/base/result.h"
#include "beamport/ingest/scan.h"

namespace beamport::ingest {

/// The request with its paths in their normal form; kInvalidArgument for one that cannot be meant.
[[nodiscard]] Result<ScanRequest> checked_request(ScanRequest request);

/// Adds what the later request knows and the known one does not; whether that was anything. kFailedPrecondition when
/// they contradict each other.
[[nodiscard]] Result<bool> merge_request(ScanRequest& known, const ScanRequest& later);

/// Whether the later request tells of a content, and of another one than is known.
[[nodiscard]] bool has_other_content(const ScanRequest& known, const ScanRequest& later) noexcept;

/// Whether it asks for another count or first number.
[[nodiscard]] bool has_other_count(const ScanRequest& known, const ScanRequest& later) noexcept;

}  // namespace beamport::ingest
