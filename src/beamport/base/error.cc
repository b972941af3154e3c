// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/error.h"

#include <array>
#include <cstddef>
#include <utility>

namespace beamport {
namespace {

struct Mapping {
  std::string_view name;
  int http_status;
  int exit_code;
};

// In the order of ErrorCode.
constexpr std::array<Mapping, 16> kMappings{{
    {"invalid_argument", 400, 64},
    {"not_found", 404, 66},
    {"already_exists", 409, 73},
    {"permission_denied", 403, 77},
    {"unauthenticated", 401, 77},
    {"failed_precondition", 409, 65},
    {"out_of_range", 400, 65},
    {"corrupt", 500, 65},
    {"unsupported", 415, 65},
    {"resource_exhausted", 503, 69},
    {"no_space", 507, 74},
    {"unavailable", 503, 75},
    {"deadline_exceeded", 504, 75},
    {"cancelled", 499, 130},
    {"io", 500, 74},
    {"internal", 500, 70},
}};

const Mapping& mapping_of(ErrorCode code) noexcept {
  return kMappings[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view name_of(ErrorCode code) noexcept {
  return mapping_of(code).name;
}
int http_status_of(ErrorCode code) noexcept {
  return mapping_of(code).http_status;
}
int exit_code_of(ErrorCode code) noexcept {
  return mapping_of(code).exit_code;
}

std::function<Error(Error)> in_context(std::string outer) {
  return [outer = std::move(outer)](Error error) {
    error.message = outer + ": " + error.message;
    return error;
  };
}

}  // namespace beamport
