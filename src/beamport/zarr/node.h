// SPDX-License-Identifier: Apache-2.0
#pragma once

// The nodes of a Zarr hierarchy as documents in a store: `zarr.json` (v3), or `.zgroup`, `.zarray`, `.zattrs` (v2).

#include <optional>
#include <string>
#include <string_view>

#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/store/store.h"
#include "beamport/zarr/array_metadata.h"

namespace beamport::zarr {

/// "a" + "b" = "a/b"; an empty path is the root.
[[nodiscard]] std::string join_path(std::string_view path, std::string_view name);

struct Group {
  int zarr_format = 3;
  JsonObject attributes;
};

/// Nothing where there is no group (also where there is an array).
[[nodiscard]] Result<std::optional<Group>> read_group(const store::Store& store, std::string_view path);

/// kNotFound where there is no array. Errors name the store and the key.
[[nodiscard]] Result<ArrayMetadata> read_array_metadata(const store::Store& store, std::string_view path);

}  // namespace beamport::zarr
