// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers under a versioned URL: they never change, so the entity tag is made from the URL alone and a client that has
// the answer already is told so before anything is rendered.

#include <functional>
#include <string>
#include <string_view>

#include "beamport/api/endpoint.h"
#include "beamport/base/bytes.h"
#include "beamport/render/tile_encode.h"

namespace beamport::api {

/// What the client's Accept-Encoding prefers.
[[nodiscard]] render::Compression choose_compression(const net::Request& request);

struct ImmutableContent {
  std::string_view content_type;
  render::Compression compression = render::Compression::kIdentity;
  bool negotiated = false;  // the coding was chosen by Accept-Encoding: says so in Vary
  net::Headers extra{};
};

/// 304, or what `make` makes. `make` gives the bytes as they are sent (compressed already) and may add to `extra`.
using MakeBytes = std::function<tl::expected<Bytes, Problem>(net::Headers& extra)>;
[[nodiscard]] Answer serve_immutable(const Call& call, ImmutableContent content, const MakeBytes& make);

}  // namespace beamport::api
