// SPDX-License-Identifier: Apache-2.0
#pragma once

// Opens a key of a Zarr image where the kernel knows every name on the way already, so that no disk or file server is
// waited for. Nothing is reached outside the image, as with store::RootedDirectory, which is the way for all the rest.
// Thread-safe. Source: openat2(2), RESOLVE_CACHED.

#include <filesystem>
#include <optional>
#include <string>

#include "beamport/net/http_message.h"

namespace beamport::api {

/// Nothing when it would take waiting, when there is no such file, or when the kernel cannot promise either.
[[nodiscard]] std::optional<net::FileBody> open_resident_key(const std::filesystem::path& image,
                                                             const std::string& key);

}  // namespace beamport::api
