// SPDX-License-Identifier: Apache-2.0
#pragma once

// The endpoint table, one function for each resource; every function has its own source file routes_<resource>.cc.

#include <string_view>
#include <vector>

#include "beamport/api/endpoint.h"

namespace beamport::api {

inline constexpr std::string_view kJson = "application/json";

[[nodiscard]] std::string_view program_version() noexcept;

[[nodiscard]] std::vector<Endpoint> server_endpoints();
[[nodiscard]] std::vector<Endpoint> dataset_endpoints();
[[nodiscard]] std::vector<Endpoint> tile_endpoints();
[[nodiscard]] std::vector<Endpoint> voxel_endpoints();
[[nodiscard]] std::vector<Endpoint> brick_endpoints();
[[nodiscard]] std::vector<Endpoint> zarr_endpoints();
[[nodiscard]] std::vector<Endpoint> ingest_endpoints();
[[nodiscard]] std::vector<Endpoint> beam_time_endpoints();
[[nodiscard]] std::vector<Endpoint> object_endpoints();
[[nodiscard]] std::vector<Endpoint> people_endpoints();
[[nodiscard]] std::vector<Endpoint> app_endpoints();

/// All of them, in the order of the document.
[[nodiscard]] std::vector<Endpoint> all_endpoints();

}  // namespace beamport::api
