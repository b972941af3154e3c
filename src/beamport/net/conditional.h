// SPDX-License-Identifier: Apache-2.0
#pragma once

// Entity tags and the two conditions that reading needs. Tags are handled in the form they have on the wire:
// "text" (strong) or W/"text" (weak). Pure functions. Source: RFC 9110 §8.8.3, §13.1.2, §13.1.5.

#include <string>
#include <string_view>

namespace beamport::net {

/// A strong tag around `opaque`, which holds visible ASCII without '"'.
[[nodiscard]] std::string format_etag(std::string_view opaque);

/// If-None-Match: true if the list (or `*`) names `etag`, so that the client has the object already. Weak comparison.
/// A malformed list matches nothing.
[[nodiscard]] bool none_match_names(std::string_view header, std::string_view etag) noexcept;

/// If-Range: true if the range may be served. Strong comparison; a date never matches, as Beamport sends none.
[[nodiscard]] bool if_range_allows(std::string_view header, std::string_view etag) noexcept;

}  // namespace beamport::net
