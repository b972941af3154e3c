// SPDX-License-Identifier: Apache-2.0
#pragma once

// How urgent the work of a thread is to the system. Threads that it starts afterwards inherit it.

#include "beamport/base/result.h"

namespace beamport::os {

/// The calling thread gives way to all others: the lowest priority for the processor, and the disk only when nobody
/// else wants it (where the disk's scheduler knows such a class). There is no way back. kPermissionDenied or
/// kUnavailable when the system grants only a part of it.
[[nodiscard]] Result<void> give_way();

}  // namespace beamport::os
