// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/access_tree.h"

#include <utility>

#include <fmt/format.h>

#include "beamport/catalog/name_key.h"

namespace beamport::catalog {
namespace {

/// A beamline's id and a team's are those of their nodes.
template <typename To, typename From>
To same_id(const From& id) {
  return To::parse(id.text()).value();
}

access::Node node_of(const TreeNode& stored, const access::Node* parent) {
  using Kind = access::Node::Kind;
  access::Node node{.kind = stored.kind, .id = stored.id};
  node.parent = parent;
  if (stored.kind == Kind::kBeamline) node.beamline = same_id<access::BeamlineId>(stored.id);
  node.owner_team = stored.kind == Kind::kTeam ? std::optional(same_id<access::TeamId>(stored.id)) : stored.owner_team;
  node.is_public = stored.is_public;
  node.is_restricted = stored.is_restricted;
  node.is_sealed = stored.is_sealed;
  node.is_on_hold = stored.is_on_hold;
  node.is_deleted = stored.deleted.has_value();
  node.embargo_until = stored.embargo_until;
  return node;
}

}  // namespace

Result<std::shared_ptr<const AccessTree>> AccessTree::read(db::Database& database) {
  std::shared_ptr<AccessTree> tree(new AccessTree());
  ObjectTree objects(database);
  People people(database);
  BEAMPORT_ASSIGN(auto stored, objects.list());
  BEAMPORT_TRY(tree->take_nodes(std::move(stored)));
  BEAMPORT_ASSIGN(auto grants, objects.grants());
  for (GivenGrant& given : grants) {
    const auto found = tree->by_id_.find(given.node.text());
    if (found == tree->by_id_.end()) {
      return fail(ErrorCode::kCorrupt, fmt::format("catalog: grant {} is on an object outside the tree", given.id));
    }
    tree->nodes_[found->second].grants.push_back(std::move(given.grant));
  }
  BEAMPORT_ASSIGN(auto everybody, people.list());
  for (Person& person : everybody) {
    BEAMPORT_ASSIGN(auto beamlines, people.staff_of(person.id));
    if (!beamlines.empty()) tree->staff_.emplace(person.id.text(), std::move(beamlines));
    const std::string id = person.id.text();
    tree->people_.emplace(id, std::move(person));
  }
  BEAMPORT_ASSIGN(auto members, people.members());
  for (Member& member : members) {
    const std::string person = member.person.text();
    tree->members_.emplace(person, std::move(member));
  }
  return tree;
}

Result<void> AccessTree::take_nodes(std::vector<TreeNode> stored) {
  stored_ = std::move(stored);
  if (stored_.empty()) return fail(ErrorCode::kCorrupt, "catalog: there is no facility");
  nodes_.reserve(stored_.size());
  for (const TreeNode& one : stored_) {
    const access::Node* parent = one.parent ? find(one.parent->text()) : nullptr;
    if (one.parent.has_value() != (parent != nullptr)) {
      return fail(ErrorCode::kCorrupt, fmt::format("catalog: what is above '{}' is not there", one.name));
    }
    by_id_.emplace(one.id.text(), nodes_.size());
    if (!one.image.empty()) by_image_.emplace(one.image, nodes_.size());
    nodes_.push_back(node_of(one, parent));
    children_.emplace_back();
    if (parent != nullptr) children_[static_cast<std::size_t>(parent - nodes_.data())].push_back(nodes_.size() - 1);
  }
  return {};
}

const access::Node* AccessTree::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &nodes_[found->second];
}

const access::Node* AccessTree::find_image(std::string_view image) const {
  const auto found = by_image_.find(image);
  return found == by_image_.end() ? nullptr : &nodes_[found->second];
}

std::vector<const access::Node*> AccessTree::children(const access::Node& parent) const {
  std::vector<const access::Node*> found;
  for (const std::size_t child : children_[static_cast<std::size_t>(&parent - nodes_.data())]) {
    found.push_back(&nodes_[child]);
  }
  return found;
}

const access::Node* AccessTree::find_child(const access::Node& parent, std::string_view name) const {
  const auto wanted = name_key_of(name);
  if (!wanted) return nullptr;
  for (const access::Node* child : children(parent)) {
    if (child->kind == access::Node::Kind::kTeam || child->is_deleted) continue;
    const auto key = name_key_of(stored(*child).name);
    if (key && *key == *wanted) return child;
  }
  return nullptr;
}

const TreeNode& AccessTree::stored(const access::Node& node) const {
  return stored_[static_cast<std::size_t>(&node - nodes_.data())];
}

const Person* AccessTree::find_person(const access::UserId& id) const {
  const auto found = people_.find(id.text());
  return found == people_.end() ? nullptr : &found->second;
}

std::optional<access::Principal> AccessTree::principal_of(const access::UserId& id) const {
  const Person* person = find_person(id);
  if (person == nullptr) return std::nullopt;
  using Kind = access::Principal::Kind;
  access::Principal principal;
  principal.kind = person->kind == PersonKind::kAdmin   ? Kind::kFacilityAdmin
                   : person->kind == PersonKind::kGuest ? Kind::kGuest
                                                        : Kind::kMember;
  principal.active = person->is_active;
  principal.user = person->id;
  principal.is_auditor = person->is_auditor;
  const auto [first, last] = members_.equal_range(id.text());
  for (auto member = first; member != last; ++member) {
    principal.memberships.push_back(
        {.team = member->second.team, .is_manager = member->second.is_manager, .expires = member->second.expires});
  }
  if (const auto staff = staff_.find(id.text()); staff != staff_.end()) principal.staff_of = staff->second;
  return principal;
}

std::optional<access::Principal> AccessTree::principal_of(const ApiToken& token) const {
  if (token.revoked) return std::nullopt;
  access::Principal principal;
  if (token.person) {
    auto person = principal_of(*token.person);
    if (!person) return std::nullopt;
    principal = std::move(*person);
  } else {
    principal.kind = access::Principal::Kind::kService;
  }
  access::ActionSet actions;
  for (const access::Scope scope : token.scopes) actions |= actions_of(scope);
  principal.token = access::Token{.scopes = actions, .bound = token.bound, .expires = token.expires};
  return principal;
}

}  // namespace beamport::catalog
