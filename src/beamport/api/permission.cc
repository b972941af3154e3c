// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/permission.h"

namespace beamport::api {

std::string_view name_of(Permission permission) noexcept {
  switch (permission) {
    case Permission::kUndeclared:
      return "undeclared";
    case Permission::kPublic:
      return "public";
    case Permission::kReadDataset:
      return "read_dataset";
    case Permission::kReadIngest:
      return "read_ingest";
    case Permission::kHandIn:
      return "hand_in";
    case Permission::kReadMetrics:
      return "read_metrics";
  }
  return "undeclared";
}

Decision decide(const AccessPolicy& policy, const Principal& principal, Permission permission,
                std::string_view /*dataset_id*/) noexcept {
  switch (permission) {
    case Permission::kUndeclared:
      return Decision::kHide;
    case Permission::kPublic:
      return Decision::kAllow;
    case Permission::kReadDataset:
      if (principal.kind == Principal::Kind::kAnonymous && policy.anonymous_may_read_datasets) return Decision::kAllow;
      return Decision::kHide;
    case Permission::kReadIngest:
      if (principal.kind == Principal::Kind::kIngestProgram) return Decision::kAllow;
      if (principal.kind == Principal::Kind::kAnonymous && policy.anonymous_may_read_datasets) return Decision::kAllow;
      return Decision::kSignIn;
    case Permission::kReadMetrics:
      if (principal.kind == Principal::Kind::kIngestProgram || policy.anonymous_may_read_metrics) {
        return Decision::kAllow;
      }
      return Decision::kSignIn;
    case Permission::kHandIn:
      return principal.kind == Principal::Kind::kIngestProgram ? Decision::kAllow : Decision::kSignIn;
  }
  return Decision::kHide;
}

}  // namespace beamport::api
