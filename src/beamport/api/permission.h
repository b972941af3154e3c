// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may do what, decided in one pure function. Everything that is not allowed in so many words is hidden: an object
// that may not be read looks like one that does not exist (DESIGN.md §2.5). Today there are the anonymous user of a
// server on her own machine and the beamline's programs, which have a token; accounts and grants enter through the same
// function.

#include <cstdint>
#include <string_view>

namespace beamport::api {

/// What a route demands. A route that says nothing stops the server from starting (router.h).
enum class Permission : std::uint8_t {
  kUndeclared,
  kPublic,       // tells nothing about anybody's data
  kReadDataset,  // reads the dataset that the route names, or those of a list that may be read
  kReadIngest,   // sees which scans are coming in and how far they are
  kHandIn,       // hands scans in, tries them again, cancels them
  kReadMetrics,  // numbers for monitoring
};

[[nodiscard]] std::string_view name_of(Permission permission) noexcept;

/// How surely the person is who she says she is.
enum class Assurance : std::uint8_t { kNone, kOneFactor, kTwoFactors };

struct Principal {
  enum class Kind : std::uint8_t { kAnonymous, kIngestProgram };
  Kind kind = Kind::kAnonymous;
  Assurance assurance = Assurance::kNone;
};

struct AccessPolicy {
  bool anonymous_may_read_datasets = false;  // true for a server that only its own machine can reach
  bool anonymous_may_read_metrics = false;   // the same, or as configured
};

enum class Decision : std::uint8_t {
  kAllow,
  kHide,    // answer 404, as for something that does not exist
  kSignIn,  // answer 401: the route is no secret, but one must say who one is
};

/// `dataset_id` is the dataset asked for; empty when the route names none.
[[nodiscard]] Decision decide(const AccessPolicy& policy, const Principal& principal, Permission permission,
                              std::string_view dataset_id) noexcept;

}  // namespace beamport::api
