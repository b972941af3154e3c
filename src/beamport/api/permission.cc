// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/permission.h"

namespace beamport::api {
namespace {

using Kind = Principal::Kind;

Decision without_accounts(const AccessPolicy& policy, Kind kind, Permission permission) {
  const bool is_local = kind == Kind::kAnonymous && policy.anonymous_may_read_datasets;
  switch (permission) {
    case Permission::kReadDataset:
      return is_local ? Decision::kAllow : Decision::kHide;
    case Permission::kReadIngest:
      return is_local || kind == Kind::kIngestProgram ? Decision::kAllow : Decision::kSignIn;
    case Permission::kHandIn:
      return kind == Kind::kIngestProgram ? Decision::kAllow : Decision::kSignIn;
    case Permission::kReadMetrics:
      return kind == Kind::kIngestProgram || policy.anonymous_may_read_metrics ? Decision::kAllow : Decision::kSignIn;
    case Permission::kUndeclared:
    case Permission::kPublic:
    case Permission::kUseCatalog:
      return Decision::kHide;
  }
  return Decision::kHide;
}

Decision with_accounts(const AccessPolicy& policy, const Principal& principal, Permission permission,
                       std::string_view dataset_id) {
  const bool is_known = principal.kind != Kind::kAnonymous;
  switch (permission) {
    case Permission::kReadDataset:
      if (!dataset_id.empty()) return decide(principal, access::Action::kReadData, dataset_id);
      return principal.kind == Kind::kHolder ? Decision::kAllow : Decision::kSignIn;
    case Permission::kReadIngest:
    case Permission::kHandIn:
      return is_known ? Decision::kAllow : Decision::kSignIn;
    case Permission::kReadMetrics:
      if (policy.anonymous_may_read_metrics || principal.kind == Kind::kIngestProgram) return Decision::kAllow;
      if (!is_known) return Decision::kSignIn;
      return decide(principal, access::Action::kReadMetadata, principal.tree->facility().id.text());
    case Permission::kUseCatalog:
      return principal.kind == Kind::kHolder ? Decision::kAllow : Decision::kSignIn;
    case Permission::kUndeclared:
    case Permission::kPublic:
      return Decision::kHide;
  }
  return Decision::kHide;
}

}  // namespace

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
    case Permission::kUseCatalog:
      return "use_catalog";
  }
  return "undeclared";
}

Decision decide(const AccessPolicy& policy, const Principal& principal, Permission permission,
                std::string_view dataset_id) {
  if (permission == Permission::kPublic) return Decision::kAllow;
  if (principal.tree == nullptr) return without_accounts(policy, principal.kind, permission);
  return with_accounts(policy, principal, permission, dataset_id);
}

Decision decide(const Principal& principal, access::Action action, std::string_view object_id) {
  const access::Node* object = principal.tree == nullptr ? nullptr : principal.tree->find(object_id);
  if (object == nullptr) return Decision::kHide;
  switch (may(principal.holder, action, *object, principal.now)) {
    case access::Decision::kAllow:
      return Decision::kAllow;
    case access::Decision::kHide:
      return Decision::kHide;
    case access::Decision::kForbid:
    case access::Decision::kStepUp:
      return Decision::kForbid;
  }
  return Decision::kHide;
}

}  // namespace beamport::api
