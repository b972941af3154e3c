// SPDX-License-Identifier: Apache-2.0
// People, the members of teams, tokens, and the audit record.

#include <algorithm>

#include "beamport/api/catalog_view.h"
#include "beamport/api/routes.h"

namespace beamport::api {
namespace {

using access::Action;

struct PersonPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(PersonPath, (), (id))
constexpr auto notes_of(const PersonPath* /*unused*/) {
  return type_notes("PersonPath", "", FieldNote{.field = "id", .hex_digits = 24});
}

struct MemberPath {
  std::string id;
  std::string person;
};
BOOST_DESCRIBE_STRUCT(MemberPath, (), (id, person))
constexpr auto notes_of(const MemberPath* /*unused*/) {
  return type_notes("MemberPath", "", FieldNote{.field = "id", .text = "Of the team", .hex_digits = 24},
                    FieldNote{.field = "person", .text = "Id", .hex_digits = 24});
}

JsonAnswer<PersonList> list_people(const Call& call, const NoParameters& /*none*/) {
  if (auto may = require_for_facility(call, Action::kManageMembers); !may) return tl::unexpected(may.error());
  const auto people = call.services.catalog->people();
  if (!people) return tl::unexpected(problem_from(people.error()));
  PersonList reply;
  for (const catalog::Person& person : *people) reply.people.push_back(reply_of(person));
  return reply;
}

JsonAnswer<PersonReply> ensure_person(const Call& call, const NoParameters& /*none*/, const PersonBody& body) {
  if (auto may = require_for_facility(call, Action::kManageMembers); !may) return tl::unexpected(may.error());
  const catalog::PersonKind kind = body.kind.value_or(catalog::PersonKind::kMember);
  if (kind == catalog::PersonKind::kAdmin) {
    if (auto may = require_for_facility(call, Action::kAdminister); !may) return tl::unexpected(may.error());
  }
  const auto made = call.services.catalog->ensure_person(
      call.principal.actor, {.key = body.key, .name = body.name, .mail = body.mail.value_or(""), .kind = kind});
  if (!made) return tl::unexpected(problem_from(made.error()));
  return reply_of(made->value);
}

JsonAnswer<PersonReply> edit_person(const Call& call, const PersonPath& path, const PersonEdit& edit) {
  if (auto may = require_for_facility(call, Action::kAdminister); !may) return tl::unexpected(may.error());
  const auto id = id_in<access::UserId>("id", path.id);
  const catalog::Person* person = id ? call.principal.tree->find_person(*id) : nullptr;
  if (person == nullptr) return tl::unexpected(not_found("There is no such person."));
  catalog::Person changed = *person;
  changed.version = edit.version;
  changed.name = edit.name.value_or(changed.name);
  changed.kind = edit.kind.value_or(changed.kind);
  changed.is_active = edit.is_active.value_or(changed.is_active);
  changed.is_auditor = edit.is_auditor.value_or(changed.is_auditor);
  const auto stored = call.services.catalog->change_person(call.principal.actor, changed);
  if (!stored) return tl::unexpected(problem_from(stored.error()));
  return reply_of(*stored);
}

/// The team, if she may manage its members.
tl::expected<access::TeamId, Problem> find_team(const Call& call, const std::string& id) {
  const auto object = find_object_for(call, id, Action::kManageMembers);
  if (!object) return tl::unexpected(object.error());
  if ((*object)->kind != access::Node::Kind::kTeam) return tl::unexpected(not_found("There is no such team."));
  return access::TeamId::parse(id).value();
}

JsonAnswer<MemberList> list_members(const Call& call, const PersonPath& path) {
  const auto team = find_team(call, path.id);
  if (!team) return tl::unexpected(team.error());
  const auto members = call.services.catalog->members();
  if (!members) return tl::unexpected(problem_from(members.error()));
  MemberList reply;
  for (const catalog::Member& member : *members) {
    if (member.team != *team) continue;
    const catalog::Person* person = call.principal.tree->find_person(member.person);
    reply.members.push_back({.person = member.person.text(),
                             .name = person == nullptr ? "" : person->name,
                             .is_manager = member.is_manager,
                             .source = member.source,
                             .expires = text_of(member.expires)});
  }
  return reply;
}

JsonAnswer<Done> put_member(const Call& call, const PersonPath& path, const MemberBody& body) {
  const auto team = find_team(call, path.id);
  if (!team) return tl::unexpected(team.error());
  const auto person = id_in<access::UserId>("person", body.person);
  if (!person || call.principal.tree->find_person(*person) == nullptr) {
    return tl::unexpected(not_found("There is no such person."));
  }
  const auto expires = moment_in("expires", body.expires);
  if (!expires) return tl::unexpected(expires.error());
  const auto put =
      call.services.catalog->put_member(call.principal.actor, {.team = *team,
                                                               .person = *person,
                                                               .is_manager = body.is_manager.value_or(false),
                                                               .source = catalog::Source::kManual,
                                                               .expires = *expires});
  if (!put) return tl::unexpected(problem_from(put.error()));
  return Done{};
}

JsonAnswer<Done> remove_member(const Call& call, const MemberPath& path) {
  const auto team = find_team(call, path.id);
  if (!team) return tl::unexpected(team.error());
  const auto person = id_in<access::UserId>("person", path.person);
  if (!person) return tl::unexpected(person.error());
  const auto removed = call.services.catalog->remove_member(call.principal.actor, *team, *person);
  if (!removed) return tl::unexpected(problem_from(removed.error()));
  return Done{};
}

bool is_hers(const Call& call, const catalog::ApiToken& token) {
  return token.person.has_value() && token.person == call.principal.holder.user;
}

JsonAnswer<TokenList> list_tokens(const Call& call, const NoParameters& /*none*/) {
  const auto tokens = call.services.catalog->tokens();
  if (!tokens) return tl::unexpected(problem_from(tokens.error()));
  const bool sees_all = require_for_facility(call, Action::kAdminister).has_value();
  TokenList reply;
  for (const catalog::ApiToken& token : *tokens) {
    if (sees_all || is_hers(call, token)) reply.tokens.push_back(reply_of(token));
  }
  return reply;
}

/// A token made with a token lets through no more than that one, nowhere else, and no longer.
tl::expected<void, Problem> require_no_more(const Call& call, const catalog::TokenRequest& request) {
  const access::Token& shown = *call.principal.holder.token;
  access::ActionSet wanted;
  for (const access::Scope scope : request.scopes) wanted |= actions_of(scope);
  bool within = !shown.bound;
  if (shown.bound && request.bound) {
    for (const access::Node* node = call.principal.tree->find(request.bound->text()); node != nullptr;
         node = node->parent) {
      within = within || node->id == *shown.bound;
    }
  }
  if (within && shown.scopes.has_all(wanted) && request.expires <= shown.expires) return {};
  return tl::unexpected(forbidden());
}

JsonAnswer<TokenReply> make_token(const Call& call, const NoParameters& /*none*/, const TokenBody& body) {
  catalog::TokenRequest request{.name = body.name, .person = {}, .scopes = {}, .bound = {}, .expires = {}};
  for (const std::string& name : body.scopes) {
    const auto scope = access::parse_scope(name);
    if (!scope) {
      return tl::unexpected(Problem{.status = 400,
                                    .code = "invalid_argument",
                                    .detail = "A scope is dataset:read, dataset:write, ingest, sheet or admin.",
                                    .field = "scopes",
                                    .headers = {}});
    }
    request.scopes.push_back(*scope);
  }
  const auto expires = moment_in("expires", body.expires);
  if (!expires) return tl::unexpected(expires.error());
  request.expires = *expires;
  if (body.bound) {
    const auto bound = find_object(call, *body.bound);
    if (!bound) return tl::unexpected(bound.error());
    request.bound = (*bound)->id;
  }
  if (body.for_program.value_or(false)) {
    if (auto may = require_for_facility(call, Action::kAdminister); !may) return tl::unexpected(may.error());
  } else if (call.principal.holder.user) {
    request.person = call.principal.holder.user;
  } else {
    return tl::unexpected(forbidden());  // a program has no tokens of its own
  }
  if (auto may = require_no_more(call, request); !may) return tl::unexpected(may.error());
  const auto made = call.services.catalog->make_token(call.principal.actor, request);
  if (!made) return tl::unexpected(problem_from(made.error()));
  TokenReply reply = reply_of(made->token);
  reply.token = made->text;
  return reply;
}

JsonAnswer<Done> revoke_token(const Call& call, const PersonPath& path) {
  const auto token = call.services.catalog->token_of(path.id);
  if (!token) return tl::unexpected(problem_from(token.error()));
  const bool may = *token && (is_hers(call, **token) || require_for_facility(call, Action::kAdminister).has_value());
  if (!may) return tl::unexpected(not_found("There is no such token."));
  const auto revoked = call.services.catalog->revoke_token(call.principal.actor, path.id);
  if (!revoked) return tl::unexpected(problem_from(revoked.error()));
  return Done{};
}

struct AuditQuery {
  std::optional<std::string> actor;
  std::optional<std::string> event;
  std::optional<std::string> object;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (), (actor, event, object, before, limit))
constexpr auto notes_of(const AuditQuery* /*unused*/) {
  return type_notes("AuditQuery", "", FieldNote{.field = "actor", .max_length = kMaxKeyLength},
                    FieldNote{.field = "event", .text = "With a dot at its end: all that begin so", .max_length = 64},
                    FieldNote{.field = "object", .text = "Id", .max_length = 24},
                    FieldNote{.field = "before", .text = "Only those with a sequence below this one", .minimum = 0},
                    FieldNote{.field = "limit", .minimum = 1, .maximum = 1000});
}

JsonAnswer<AuditList> list_audit(const Call& call, const AuditQuery& query) {
  access::Node record{.kind = access::Node::Kind::kAudit, .id = call.principal.tree->facility().id};
  record.parent = &call.principal.tree->facility();
  if (may(call.principal.holder, Action::kReadMetadata, record, call.principal.now) != access::Decision::kAllow) {
    return tl::unexpected(forbidden());
  }
  const auto entries = call.services.catalog->audit({.actor = query.actor.value_or(""),
                                                     .event = query.event.value_or(""),
                                                     .object = query.object.value_or(""),
                                                     .before = query.before.value_or(0),
                                                     .limit = query.limit.value_or(100)});
  if (!entries) return tl::unexpected(problem_from(entries.error()));
  AuditList reply;
  for (const catalog::AuditEntry& entry : *entries) {
    reply.entries.push_back({.sequence = entry.sequence,
                             .moment = text_of(entry.moment),
                             .actor = entry.actor,
                             .event = entry.event,
                             .object = entry.object,
                             .details = entry.details,
                             .digest = entry.digest});
  }
  return reply;
}

EndpointText text(std::string_view method, std::string_view path, std::string_view operation_id, std::string_view tag,
                  std::string_view summary, std::vector<int> problems) {
  return {.method = method,
          .path = path,
          .operation_id = operation_id,
          .tag = tag,
          .summary = summary,
          .permission = Permission::kUseCatalog,
          .problems = std::move(problems)};
}

}  // namespace

std::vector<Endpoint> people_endpoints() {
  return {
      json_endpoint(
          text("GET", "/api/beamport/v1/people", "listPeople", "people", "Everybody with an account", {401, 403}),
          &list_people),
      body_endpoint(
          text("POST", "/api/beamport/v1/people", "ensurePerson", "people", "Make an account", {400, 401, 403}),
          &ensure_person),
      body_endpoint(text("PATCH", "/api/beamport/v1/people/{id}", "editPerson", "people",
                         "Rename, disable, make auditor or admin", {400, 401, 403, 404, 409}),
                    &edit_person),
      json_endpoint(text("GET", "/api/beamport/v1/teams/{id}/members", "listMembers", "teams", "Who is in a team",
                         {401, 403, 404}),
                    &list_members),
      body_endpoint(text("POST", "/api/beamport/v1/teams/{id}/members", "putMember", "teams",
                         "Take somebody in, or change how", {400, 401, 403, 404}),
                    &put_member),
      act_endpoint(text("DELETE", "/api/beamport/v1/teams/{id}/members/{person}", "removeMember", "teams",
                        "Dismiss somebody; a team keeps one manager", {401, 403, 404, 409}),
                   &remove_member),
      json_endpoint(
          text("GET", "/api/beamport/v1/tokens", "listTokens", "tokens", "Your tokens; of admins: all", {401}),
          &list_tokens),
      body_endpoint(
          text("POST", "/api/beamport/v1/tokens", "makeToken", "tokens", "Make a token", {400, 401, 403, 404}),
          &make_token),
      act_endpoint(
          text("DELETE", "/api/beamport/v1/tokens/{id}", "revokeToken", "tokens", "Revoke a token", {401, 404}),
          &revoke_token),
      json_endpoint(text("GET", "/api/beamport/v1/audit", "listAudit", "audit", "What was changed by whom", {401, 403}),
                    &list_audit),
  };
}

}  // namespace beamport::api
