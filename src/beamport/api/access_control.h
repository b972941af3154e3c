// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who sent a request, and what she may do: the token that it shows, looked up anew each time, and the catalog's state
// at that moment, so that what is taken away is away with the next request. Thread-safe.

#include <memory>
#include <optional>
#include <string_view>

#include "beamport/api/bearer_token.h"
#include "beamport/api/permission.h"
#include "beamport/catalog/catalog.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

class AccessControl : public std::enable_shared_from_this<AccessControl> {
 public:
  /// The catalog outlives it; null: a server without accounts.
  AccessControl(AccessPolicy policy, BearerTokens tokens, catalog::Catalog* catalog)
      : policy_(policy), tokens_(std::move(tokens)), catalog_(catalog) {}

  /// Fails when the catalog cannot be read: then nobody gets anything.
  [[nodiscard]] Result<Principal> principal_of(const net::Request& request) const;
  /// The same one as she is now, for answers that go on.
  [[nodiscard]] Result<Principal> again(const Principal& principal) const;

  [[nodiscard]] Decision decide(const Principal& principal, Permission permission, std::string_view dataset_id) const {
    return api::decide(policy_, principal, permission, dataset_id);
  }
  /// Whether she sees a scan that makes that dataset, which may not be there yet.
  [[nodiscard]] bool sees_scan(const Principal& principal, std::string_view dataset_id) const;

 private:
  [[nodiscard]] Result<Principal> holder_of(const catalog::ApiToken& token) const;

  AccessPolicy policy_;
  BearerTokens tokens_;
  catalog::Catalog* catalog_;
};

}  // namespace beamport::api
