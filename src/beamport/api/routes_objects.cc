// SPDX-License-Identifier: Apache-2.0
// Folders, datasets, teams as objects: who may see them, what they are called, where they lie, and the grants on them.

#include "beamport/api/catalog_view.h"
#include "beamport/api/routes.h"

namespace beamport::api {
namespace {

using access::Action;

struct ObjectPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ObjectPath, (), (id))
constexpr auto notes_of(const ObjectPath* /*unused*/) {
  return type_notes("ObjectPath", "", FieldNote{.field = "id", .hex_digits = 24});
}

/// Where she begins: what she may see whose surroundings she may not.
JsonAnswer<ObjectList> list_objects(const Call& call, const NoParameters& /*none*/) {
  ObjectList reply;
  for (const access::Node& node : call.principal.tree->nodes()) {
    const auto sees = [&](const access::Node& one) {
      return allowed(call.principal.holder, one, call.principal.now).has(Action::kList);
    };
    if (sees(node) && (node.parent == nullptr || !sees(*node.parent))) reply.objects.push_back(reply_of(call, node));
  }
  return reply;
}

JsonAnswer<ObjectPage> get_object(const Call& call, const ObjectPath& path) {
  const auto object = find_object(call, path.id);
  if (!object) return tl::unexpected(object.error());
  ObjectPage page{.object = reply_of(call, **object), .path = {}, .children = {}};
  for (const access::Node* node = (*object)->parent; node != nullptr; node = node->parent) {
    if (!find_object(call, node->id.text())) break;
    page.path.insert(page.path.begin(), reply_of(call, *node));
  }
  for (const access::Node* child : call.principal.tree->children(**object)) {
    if (find_object(call, child->id.text())) page.children.push_back(reply_of(call, *child));
  }
  return page;
}

/// As it is after a change, by a fresh look at the catalog.
JsonAnswer<ObjectReply> fresh_reply(const Call& call, const access::NodeId& id) {
  const auto principal = call.services.access.again(call.principal);
  if (!principal) return tl::unexpected(problem_from(principal.error()));
  const Call now{call.request, call.target, *principal, call.services, call.stop};
  const auto object = find_object(now, id.text());
  if (!object) return tl::unexpected(object.error());
  return reply_of(now, **object);
}

JsonAnswer<ObjectReply> make_folder(const Call& call, const ObjectPath& path, const FolderBody& body) {
  const auto parent = find_object_for(call, path.id, Action::kWriteMetadata);
  if (!parent) return tl::unexpected(parent.error());
  const auto made = call.services.catalog->ensure_folder(call.principal.actor, (*parent)->id, body.name);
  if (!made) return tl::unexpected(problem_from(made.error()));
  return fresh_reply(call, made->value.id);
}

/// What each part of an edit needs.
tl::expected<void, Problem> require_for_edit(const Call& call, const access::Node& node, const ObjectEdit& edit) {
  const auto require = [&](bool wanted, Action action) {
    return !wanted || decide(call.principal, action, node.id.text()) == Decision::kAllow;
  };
  const bool changes_access =
      edit.is_public || edit.is_restricted || edit.is_sealed || edit.is_on_hold || edit.embargo_until.has_value();
  const bool may_all = require(edit.name.has_value(), Action::kWriteMetadata) &&
                       require(changes_access, Action::kGrant) && require(edit.is_deleted == true, Action::kDelete) &&
                       require(edit.is_deleted == false, Action::kRestore);
  if (!may_all) return tl::unexpected(forbidden());
  if (!edit.parent) return {};
  const auto to = find_object(call, *edit.parent);
  if (!to) return tl::unexpected(to.error());
  const auto moving = may_move(call.principal.holder, node, **to, call.principal.now);
  if (moving != access::Decision::kAllow) return tl::unexpected(forbidden());
  const bool holds = (*to)->kind == access::Node::Kind::kFolder || (*to)->kind == access::Node::Kind::kBeamline;
  if (holds && node.kind != access::Node::Kind::kTeam) return {};
  return tl::unexpected(Problem{.status = 400,
                                .code = "invalid_argument",
                                .detail = "Folders and datasets lie in folders and beamlines only.",
                                .field = "parent",
                                .headers = {}});
}

tl::expected<catalog::TreeNode, Problem> edited(const Call& call, const access::Node& node, const ObjectEdit& edit) {
  catalog::TreeNode changed = call.principal.tree->stored(node);
  changed.version = edit.version;
  if (edit.name) changed.name = *edit.name;
  if (edit.parent) changed.parent = access::NodeId::parse(*edit.parent).value();
  changed.is_public = edit.is_public.value_or(changed.is_public);
  changed.is_restricted = edit.is_restricted.value_or(changed.is_restricted);
  changed.is_sealed = edit.is_sealed.value_or(changed.is_sealed);
  changed.is_on_hold = edit.is_on_hold.value_or(changed.is_on_hold);
  if (edit.is_deleted) changed.deleted = *edit.is_deleted ? std::optional(call.principal.now) : std::nullopt;
  if (!edit.embargo_until) return changed;
  const auto until = moment_in("embargo_until", edit.embargo_until);
  if (!until) return tl::unexpected(until.error());
  changed.embargo_until = *until;
  return changed;
}

JsonAnswer<ObjectReply> edit_object(const Call& call, const ObjectPath& path, const ObjectEdit& edit) {
  const auto object = find_object(call, path.id);
  if (!object) return tl::unexpected(object.error());
  if (auto may = require_for_edit(call, **object, edit); !may) return tl::unexpected(std::move(may).error());
  auto node = edited(call, **object, edit);
  if (!node) return tl::unexpected(std::move(node).error());
  const auto changed = call.services.catalog->change_node(call.principal.actor, *node, "object.change");
  if (!changed) return tl::unexpected(problem_from(changed.error()));
  return fresh_reply(call, (*object)->id);
}

JsonAnswer<GrantList> list_grants(const Call& call, const ObjectPath& path) {
  const auto object = find_object_for(call, path.id, Action::kGrant);
  if (!object) return tl::unexpected(object.error());
  const auto grants = call.services.catalog->grants_on((*object)->id);
  if (!grants) return tl::unexpected(problem_from(grants.error()));
  GrantList reply;
  for (const catalog::GivenGrant& given : *grants) reply.grants.push_back(reply_of(given));
  return reply;
}

tl::expected<access::Grant, Problem> grant_in(const GrantBody& body) {
  const auto refuse = [](std::string_view field, std::string_view what) {
    return tl::unexpected(Problem{.status = 400,
                                  .code = "invalid_argument",
                                  .detail = std::string(what),
                                  .field = std::string(field),
                                  .headers = {}});
  };
  if (body.person.has_value() == body.team.has_value()) return refuse("person", "Name a person or a team, not both.");
  const auto role = access::parse_role(body.role);
  if (!role) return refuse("role", "A role is reader, annotator, editor or manager.");
  const auto not_before = moment_in("not_before", body.not_before);
  if (!not_before) return tl::unexpected(not_before.error());
  const auto expires = moment_in("expires", body.expires);
  if (!expires) return tl::unexpected(expires.error());
  if (body.person) {
    auto person = id_in<access::UserId>("person", *body.person);
    if (!person) return tl::unexpected(std::move(person).error());
    return access::Grant{.subject = std::move(*person), .role = *role, .not_before = *not_before, .expires = *expires};
  }
  auto team = id_in<access::TeamId>("team", *body.team);
  if (!team) return tl::unexpected(std::move(team).error());
  return access::Grant{.subject = std::move(*team), .role = *role, .not_before = *not_before, .expires = *expires};
}

JsonAnswer<GrantReply> give_grant(const Call& call, const ObjectPath& path, const GrantBody& body) {
  const auto object = find_object_for(call, path.id, Action::kGrant);
  if (!object) return tl::unexpected(object.error());
  auto grant = grant_in(body);
  if (!grant) return tl::unexpected(std::move(grant).error());
  if (!may_give(call.principal.holder, grant->role, **object, call.principal.now)) return tl::unexpected(forbidden());
  const auto given = call.services.catalog->give(
      call.principal.actor, {.node = (*object)->id, .grant = std::move(*grant), .reason = body.reason});
  if (!given) return tl::unexpected(problem_from(given.error()));
  return reply_of(*given);
}

JsonAnswer<GrantReply> end_grant(const Call& call, const ObjectPath& path) {
  const auto found = call.services.catalog->find_grant(path.id);
  if (!found) return tl::unexpected(problem_from(found.error()));
  // A grant on what she may not manage looks like one that is not there.
  if (!*found || decide(call.principal, Action::kGrant, (*found)->node.text()) != Decision::kAllow) {
    return tl::unexpected(not_found("There is no such grant."));
  }
  const auto ended = call.services.catalog->end_grant(call.principal.actor, path.id);
  if (!ended) return tl::unexpected(problem_from(ended.error()));
  return reply_of(*ended);
}

EndpointText text(std::string_view method, std::string_view path, std::string_view operation_id,
                  std::string_view summary, std::vector<int> problems) {
  return {.method = method,
          .path = path,
          .operation_id = operation_id,
          .tag = "objects",
          .summary = summary,
          .permission = Permission::kUseCatalog,
          .problems = std::move(problems)};
}

}  // namespace

std::vector<Endpoint> object_endpoints() {
  return {
      json_endpoint(text("GET", "/api/beamport/v1/objects", "listObjects", "Where you begin: what you may see", {401}),
                    &list_objects),
      json_endpoint(
          text("GET", "/api/beamport/v1/objects/{id}", "getObject", "An object and what lies in it", {401, 404}),
          &get_object),
      body_endpoint(text("PATCH", "/api/beamport/v1/objects/{id}", "editObject",
                         "Rename, move, delete, restore; public, restricted, sealed, on hold, embargo",
                         {400, 401, 403, 404, 409}),
                    &edit_object),
      body_endpoint(text("POST", "/api/beamport/v1/objects/{id}/folders", "makeFolder", "Make a folder in it",
                         {400, 401, 403, 404}),
                    &make_folder),
      json_endpoint(text("GET", "/api/beamport/v1/objects/{id}/grants", "listGrants", "Who has which role on it",
                         {401, 403, 404}),
                    &list_grants),
      body_endpoint(text("POST", "/api/beamport/v1/objects/{id}/grants", "giveGrant", "Give somebody a role on it",
                         {400, 401, 403, 404}),
                    &give_grant),
      act_endpoint(text("DELETE", "/api/beamport/v1/grants/{id}", "endGrant", "End a grant", {401, 404}), &end_grant),
  };
}

}  // namespace beamport::api
