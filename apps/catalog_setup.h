// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the catalog of a configuration lies: ".beamport/catalog.sqlite" below its data folder.

#include <memory>

#include "configuration.h"

#include "beamport/catalog/catalog.h"

namespace beamport::app {

[[nodiscard]] Result<std::unique_ptr<catalog::Catalog>> open_catalog(const Configuration& configuration);

}  // namespace beamport::app
