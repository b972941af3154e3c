// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what the catalog says to what the API says, and what the routes about it have in common. Pure but for the
// catalog that they ask.

#include <optional>
#include <string>
#include <string_view>

#include "beamport/api/catalog_types.h"
#include "beamport/api/endpoint.h"
#include "beamport/api/services.h"

namespace beamport::api {

/// The object, if she may see it; 404 otherwise.
[[nodiscard]] tl::expected<const access::Node*, Problem> find_object(const Call& call, std::string_view id);

/// The object, if she may do that to it; 404 when she may not see it, 403 when she may.
[[nodiscard]] tl::expected<const access::Node*, Problem> find_object_for(const Call& call, std::string_view id,
                                                                         access::Action action);

/// 403 unless she may do that with the whole facility.
[[nodiscard]] tl::expected<void, Problem> require_for_facility(const Call& call, access::Action action);

[[nodiscard]] ObjectReply reply_of(const Call& call, const access::Node& node);
[[nodiscard]] GrantReply reply_of(const catalog::GivenGrant& given);
[[nodiscard]] PersonReply reply_of(const catalog::Person& person);
[[nodiscard]] BeamTimeReply reply_of(const catalog::BeamTime& beam_time);
[[nodiscard]] TokenReply reply_of(const catalog::ApiToken& token);

[[nodiscard]] std::string text_of(access::Moment moment);
[[nodiscard]] std::optional<std::string> text_of(const std::optional<access::Moment>& moment);

/// The moment in a field; 400 for other text.
[[nodiscard]] tl::expected<access::Moment, Problem> moment_in(std::string_view field, const std::string& text);
[[nodiscard]] tl::expected<std::optional<access::Moment>, Problem> moment_in(std::string_view field,
                                                                             const std::optional<std::string>& text);
/// The id in a field; 400 for other text.
template <typename AnyId>
[[nodiscard]] tl::expected<AnyId, Problem> id_in(std::string_view field, const std::string& text) {
  auto id = AnyId::parse(text);
  if (id) return std::move(*id);
  Problem problem = problem_from(id.error());
  problem.field = std::string(field);
  return tl::unexpected(std::move(problem));
}

}  // namespace beamport::api
