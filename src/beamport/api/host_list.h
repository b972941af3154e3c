// SPDX-License-Identifier: Apache-2.0
#pragma once

// The names under which this server may be asked. A page of another site can point a name of its own at 127.0.0.1 (DNS
// rebinding) and then read from here as though it were this site; it cannot forge the Host field. Immutable.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace beamport::api {

class HostList {
 public:
  /// The names of this machine to itself (localhost, 127.0.0.1, ::1) are always in it; `more` adds others, without
  /// port. IPv6 addresses are written without brackets.
  explicit HostList(std::span<const std::string> more);

  /// `header` is the Host field: a name or address, with or without a port.
  [[nodiscard]] bool allows(std::string_view header) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace beamport::api
