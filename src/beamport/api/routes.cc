// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/routes.h"

#include <iterator>

namespace beamport::api {

std::string_view program_version() noexcept {
  return BEAMPORT_VERSION;
}

std::vector<Endpoint> all_endpoints() {
  std::vector<Endpoint> all;
  for (const auto make :
       {&server_endpoints, &dataset_endpoints, &tile_endpoints, &voxel_endpoints, &brick_endpoints, &zarr_endpoints,
        &ingest_endpoints, &beam_time_endpoints, &object_endpoints, &people_endpoints, &app_endpoints}) {
    std::vector<Endpoint> rows = make();
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  }
  return all;
}

}  // namespace beamport::api
