// SPDX-License-Identifier: Apache-2.0
#include "catalog_setup.h"

#include <system_error>

#include "beamport/os/file.h"

namespace beamport::app {

Result<std::unique_ptr<catalog::Catalog>> open_catalog(const Configuration& configuration) {
  const std::filesystem::path folder = configuration.server.data / ".beamport";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return os::system_error(error.value(), "create", folder);
  catalog::CatalogSettings settings;
  settings.facility = configuration.accounts.facility;
  return catalog::Catalog::open(folder / "catalog.sqlite", std::move(settings));
}

}  // namespace beamport::app
