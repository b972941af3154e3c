// SPDX-License-Identifier: Apache-2.0
#pragma once

// From the configuration to what the ingest service wants. Pure.

#include "configuration.h"

#include "beamport/base/result.h"
#include "beamport/ingest/ingest_service.h"

namespace beamport::app {

/// Memory and threads are those of all conversions together and are shared out here.
[[nodiscard]] ingest::IngestServiceOptions ingest_options_of(const Configuration& configuration);

/// The service over the configured data folder, which is made if it is not there; nothing runs yet.
[[nodiscard]] Result<std::unique_ptr<ingest::IngestService>> open_ingest(const Configuration& configuration);

}  // namespace beamport::app
