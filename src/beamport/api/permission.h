// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a route demands, and whether who asks has it. Everything that is not allowed in so many words is hidden: an
// object that may not be read looks like one that does not exist (DESIGN.md §2.5).
//
// A server with accounts asks access/decision.h about the object that the route names; routes that name none, or
// several, are open to whoever has shown who she is, and their handlers ask about each object. A server without
// accounts, on somebody's own machine, knows the anonymous user and the beamline's programs, which have a token.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "beamport/access/decision.h"
#include "beamport/catalog/access_tree.h"

namespace beamport::api {

/// A route that says nothing stops the server from starting (router.h).
enum class Permission : std::uint8_t {
  kUndeclared,
  kPublic,       // tells nothing about anybody's data
  kReadDataset,  // reads the dataset that the route names, or those of a list that may be read
  kReadIngest,   // sees which scans are coming in and how far they are
  kHandIn,       // hands scans in, tries them again, cancels them
  kReadMetrics,  // numbers for monitoring
  kUseCatalog,   // people, folders, grants, tokens: the handler asks about each object. Only with accounts
};

[[nodiscard]] std::string_view name_of(Permission permission) noexcept;

/// Who asks, and the state of the catalog that her request is answered from.
struct Principal {
  enum class Kind : std::uint8_t {
    kAnonymous,
    kIngestProgram,  // shows one of the configuration's tokens
    kHolder,         // shows a token of the catalog
  };
  Kind kind = Kind::kAnonymous;
  std::shared_ptr<const catalog::AccessTree> tree{};  // null: a server without accounts
  access::Principal holder{};                         // anonymous unless kHolder
  access::Moment now{};
  std::string actor = "anonymous";  // for the audit record
  std::string token{};              // id of the token that was shown
};

struct AccessPolicy {
  bool anonymous_may_read_datasets = false;  // true for a server that only its own machine can reach
  bool anonymous_may_read_metrics = false;   // the same, or as configured
};

enum class Decision : std::uint8_t {
  kAllow,
  kHide,    // answer 404, as for something that does not exist
  kForbid,  // answer 403: she may know of it
  kSignIn,  // answer 401: the route is no secret, but one must say who one is
};

/// `dataset_id` is the dataset asked for; empty when the route names none.
[[nodiscard]] Decision decide(const AccessPolicy& policy, const Principal& principal, Permission permission,
                              std::string_view dataset_id);

/// Whether she may do that to the object with that id, on a server with accounts.
[[nodiscard]] Decision decide(const Principal& principal, access::Action action, std::string_view object_id);

}  // namespace beamport::api
