// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/catalog_view.h"

#include <utility>

#include <fmt/format.h>

#include "beamport/base/timestamp.h"

namespace beamport::api {
namespace {

Problem no_such_object(std::string_view id) {
  return not_found(fmt::format("There is no object {}.", id));
}

ObjectKind kind_of(access::Node::Kind kind) {
  switch (kind) {
    case access::Node::Kind::kFacility:
      return ObjectKind::kFacility;
    case access::Node::Kind::kBeamline:
      return ObjectKind::kBeamline;
    case access::Node::Kind::kDataset:
      return ObjectKind::kDataset;
    case access::Node::Kind::kTeam:
      return ObjectKind::kTeam;
    default:
      return ObjectKind::kFolder;
  }
}

template <typename AnyId>
std::optional<std::string> text_of_id(const std::optional<AnyId>& id) {
  return id ? std::optional(id->text()) : std::nullopt;
}

}  // namespace

tl::expected<const access::Node*, Problem> find_object(const Call& call, std::string_view id) {
  return find_object_for(call, id, access::Action::kList);
}

tl::expected<const access::Node*, Problem> find_object_for(const Call& call, std::string_view id,
                                                           access::Action action) {
  switch (decide(call.principal, action, id)) {
    case Decision::kAllow:
      return call.principal.tree->find(id);
    case Decision::kForbid:
      return tl::unexpected(forbidden());
    case Decision::kHide:
    case Decision::kSignIn:
      break;
  }
  return tl::unexpected(no_such_object(id));
}

tl::expected<void, Problem> require_for_facility(const Call& call, access::Action action) {
  const std::string& facility = call.principal.tree->facility().id.text();
  if (decide(call.principal, action, facility) == Decision::kAllow) return {};
  return tl::unexpected(forbidden());
}

ObjectReply reply_of(const Call& call, const access::Node& node) {
  const catalog::TreeNode& stored = call.principal.tree->stored(node);
  const access::ActionSet allowed = access::allowed(call.principal.holder, node, call.principal.now);
  ObjectReply reply{.id = node.id.text(),
                    .kind = kind_of(node.kind),
                    .name = stored.name,
                    .version = stored.version,
                    .parent = {},
                    .owner_team = text_of_id(stored.owner_team),
                    .is_public = stored.is_public,
                    .is_restricted = stored.is_restricted,
                    .is_sealed = stored.is_sealed,
                    .is_on_hold = stored.is_on_hold,
                    .deleted = text_of(stored.deleted),
                    .embargo_until = text_of(stored.embargo_until),
                    .allowed = {}};
  if (node.parent != nullptr &&
      decide(call.principal, access::Action::kList, node.parent->id.text()) == Decision::kAllow) {
    reply.parent = node.parent->id.text();
  }
  for (int number = 0; number < access::kActionCount; ++number) {
    const auto action = static_cast<access::Action>(number);
    if (allowed.has(action)) reply.allowed.emplace_back(name_of(action));
  }
  return reply;
}

GrantReply reply_of(const catalog::GivenGrant& given) {
  const auto* person = std::get_if<access::UserId>(&given.grant.subject);
  const auto* team = std::get_if<access::TeamId>(&given.grant.subject);
  return {.id = given.id,
          .object = given.node.text(),
          .person = person != nullptr ? std::optional(person->text()) : std::nullopt,
          .team = team != nullptr ? std::optional(team->text()) : std::nullopt,
          .role = std::string(name_of(given.grant.role)),
          .reason = given.reason,
          .given_by = given.given_by,
          .source = given.source,
          .not_before = text_of(given.grant.not_before),
          .expires = text_of(given.grant.expires),
          .ended = text_of(given.ended)};
}

PersonReply reply_of(const catalog::Person& person) {
  return {.id = person.id.text(),
          .key = person.key,
          .name = person.name,
          .mail = person.mail,
          .kind = person.kind,
          .is_active = person.is_active,
          .is_auditor = person.is_auditor,
          .version = person.version};
}

BeamTimeReply reply_of(const catalog::BeamTime& beam_time) {
  return {.id = beam_time.id,
          .key = beam_time.key,
          .proposal = beam_time.proposal,
          .title = beam_time.title,
          .begins = text_of(beam_time.begins),
          .ends = text_of(beam_time.ends),
          .beamline = beam_time.beamline.text(),
          .team = beam_time.team.text(),
          .folder = beam_time.folder.text(),
          .closed = text_of(beam_time.closed),
          .is_new = false,
          .token = {}};
}

TokenReply reply_of(const catalog::ApiToken& token) {
  TokenReply reply{.id = token.id,
                   .name = token.name,
                   .person = text_of_id(token.person),
                   .scopes = {},
                   .bound = text_of_id(token.bound),
                   .expires = text_of(token.expires),
                   .last_used = text_of(token.last_used),
                   .token = {}};
  for (const access::Scope scope : token.scopes) reply.scopes.emplace_back(name_of(scope));
  return reply;
}

std::string text_of(access::Moment moment) {
  return utc_timestamp(moment);
}

std::optional<std::string> text_of(const std::optional<access::Moment>& moment) {
  return moment ? std::optional(text_of(*moment)) : std::nullopt;
}

tl::expected<access::Moment, Problem> moment_in(std::string_view field, const std::string& text) {
  const auto moment = parse_timestamp(text);
  if (moment) return *moment;
  return tl::unexpected(Problem{.status = 400,
                                .code = "invalid_argument",
                                .detail = "Write the moment like 2026-03-14T09:00:00Z.",
                                .field = std::string(field),
                                .headers = {}});
}

tl::expected<std::optional<access::Moment>, Problem> moment_in(std::string_view field,
                                                               const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::nullopt;
  return moment_in(field, *text).map([](access::Moment moment) { return std::optional(moment); });
}

}  // namespace beamport::api
