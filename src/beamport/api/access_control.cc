// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/access_control.h"

namespace beamport::api {

Result<Principal> AccessControl::principal_of(const net::Request& request) const {
  Principal principal;
  const std::string_view shown = BearerTokens::shown_in(request);
  if (!shown.empty() && tokens_.knows(shown)) {
    principal.kind = Principal::Kind::kIngestProgram;
    principal.actor = "configured token";
  }
  if (catalog_ == nullptr) return principal;
  if (principal.kind == Principal::Kind::kAnonymous && !shown.empty()) {
    BEAMPORT_ASSIGN(auto token, catalog_->find_token(shown));
    if (token) return holder_of(*token);
  }
  BEAMPORT_ASSIGN(principal.tree, catalog_->tree());
  principal.now = catalog_->now();
  return principal;
}

Result<Principal> AccessControl::holder_of(const catalog::ApiToken& token) const {
  Principal principal;
  BEAMPORT_ASSIGN(principal.tree, catalog_->tree());
  principal.now = catalog_->now();
  auto holder = principal.tree->principal_of(token);
  // An ended token makes nobody more than anonymous.
  if (!holder || token.expires <= principal.now || !holder->active) return principal;
  principal.kind = Principal::Kind::kHolder;
  principal.holder = std::move(*holder);
  principal.actor = token.person ? token.person->text() : "token " + token.id;
  principal.token = token.id;
  return principal;
}

Result<Principal> AccessControl::again(const Principal& principal) const {
  if (catalog_ == nullptr || principal.kind != Principal::Kind::kHolder) return principal;
  BEAMPORT_ASSIGN(const auto token, catalog_->token_of(principal.token));
  if (token) return holder_of(*token);
  Principal nobody;
  BEAMPORT_ASSIGN(nobody.tree, catalog_->tree());
  nobody.now = catalog_->now();
  return nobody;
}

bool AccessControl::sees_scan(const Principal& principal, std::string_view dataset_id) const {
  if (principal.tree == nullptr || principal.kind == Principal::Kind::kIngestProgram) {
    return decide(principal, Permission::kReadIngest, {}) == Decision::kAllow;
  }
  return api::decide(principal, access::Action::kList, dataset_id) == Decision::kAllow;
}

}  // namespace beamport::api
