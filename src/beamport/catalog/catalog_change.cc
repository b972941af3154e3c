// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/catalog_change.h"

#include <algorithm>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "beamport/base/timestamp.h"
#include "beamport/catalog/name_key.h"
#include "beamport/crypto/random_id.h"
#include "beamport/crypto/sha256.h"

namespace beamport::catalog {
namespace {

using Kind = access::Node::Kind;

constexpr std::size_t kMaxTextBytes = 1000;
constexpr std::size_t kMaxVisitors = 500;
constexpr int kMaxDepth = 32;  // of the tree; the decision walks it for every question
constexpr std::chrono::days kLongestToken{366};
constexpr std::chrono::days kAutomationAfterwards{7};  // what was scanned last is still reconstructed

template <typename AnyId>
Result<AnyId> new_id() {
  BEAMPORT_ASSIGN(const std::string text, crypto::random_id());
  return AnyId::parse(text);
}

Result<void> require_text(std::string_view what, std::string_view text, bool may_be_empty = false) {
  if (text.empty() && !may_be_empty) return fail(ErrorCode::kInvalidArgument, fmt::format("{} is missing", what));
  if (text.size() > kMaxTextBytes) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} has more than {} bytes", what, kMaxTextBytes));
  }
  const bool has_control = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (has_control) return fail(ErrorCode::kInvalidArgument, fmt::format("{} has control characters", what));
  return {};
}

Json json_of(const std::optional<access::Moment>& moment) {
  return moment ? Json(utc_timestamp(*moment)) : Json(nullptr);
}

std::string subject_of(const access::Grant& grant) {
  const auto* person = std::get_if<access::UserId>(&grant.subject);
  return person != nullptr ? person->text() : std::get<access::TeamId>(grant.subject).text();
}

/// "20260314", the folder of a beam time that begins on that day.
std::string day_of(access::Moment moment) {
  return fmt::format("{:%Y%m%d}", std::chrono::time_point_cast<std::chrono::seconds>(moment));
}

}  // namespace

Result<void> CatalogChange::record(std::string_view event, std::string_view object, const JsonObject& details) {
  BEAMPORT_TRY(audit_.append(now_, actor_, event, object, details));
  return {};
}

Result<void> CatalogChange::begin_catalog() {
  BEAMPORT_ASSIGN(const auto facility, objects_.find_facility());
  if (facility) return {};
  BEAMPORT_ASSIGN(auto id, new_id<access::NodeId>());
  TreeNode node{.id = std::move(id), .kind = Kind::kFacility, .name = settings_->facility};
  BEAMPORT_TRY(insert_node(std::move(node), "facility.make"));
  BEAMPORT_TRY(ensure_person({.key = "local:admin", .name = "Administrator", .mail = "", .kind = PersonKind::kAdmin}));
  return {};
}

Result<TreeNode> CatalogChange::insert_node(TreeNode node, std::string_view event) {
  BEAMPORT_TRY(objects_.insert(node, now_));
  BEAMPORT_TRY(record(event, node.id.text(),
                      {{"name", node.name}, {"parent", node.parent ? Json(node.parent->text()) : Json(nullptr)}}));
  node.version = 1;
  return node;
}

Result<TreeNode> CatalogChange::require_node(const access::NodeId& id) {
  BEAMPORT_ASSIGN(auto node, objects_.find(id));
  if (node) return std::move(*node);
  return fail(ErrorCode::kNotFound, fmt::format("there is no object {}", id.text()));
}

Result<Ensured<Person>> CatalogChange::ensure_person(const PersonRequest& request) {
  BEAMPORT_TRY(require_text("the key of a person", request.key));
  BEAMPORT_TRY(require_text("a person's name", request.name, true));
  BEAMPORT_TRY(require_text("a person's mail address", request.mail, true));
  BEAMPORT_ASSIGN(auto found, people_.find_by_key(request.key));
  if (found) return Ensured<Person>{.value = std::move(*found), .is_new = false};
  BEAMPORT_ASSIGN(auto id, new_id<access::UserId>());
  Person person{.id = std::move(id),
                .key = request.key,
                .kind = request.kind,
                .name = request.name.empty() ? request.key : request.name,
                .mail = request.mail,
                .version = 1};
  BEAMPORT_TRY(people_.insert(person, now_));
  BEAMPORT_TRY(record("person.make", person.id.text(), {{"key", person.key}, {"kind", wire_name_of(person.kind)}}));
  return Ensured<Person>{.value = std::move(person), .is_new = true};
}

Result<Ensured<Team>> CatalogChange::ensure_team(const std::string& key, const std::string& name) {
  BEAMPORT_TRY(require_text("the key of a team", key));
  BEAMPORT_ASSIGN(auto found, people_.find_team(key));
  if (found) return Ensured<Team>{.value = std::move(*found), .is_new = false};
  BEAMPORT_ASSIGN(const auto facility, objects_.find_facility());
  BEAMPORT_ASSIGN(auto id, new_id<access::NodeId>());
  // Two teams may want one name; the key tells them apart.
  BEAMPORT_ASSIGN(const auto same_name, objects_.find_child(facility->id, Kind::kTeam, name));
  TreeNode node{.id = std::move(id),
                .kind = Kind::kTeam,
                .parent = facility->id,
                .name = same_name ? fmt::format("{} ({})", name, key) : name};
  BEAMPORT_ASSIGN(node, insert_node(std::move(node), "team.make"));
  Team team{.id = access::TeamId::parse(node.id.text()).value(), .key = key, .name = node.name};
  BEAMPORT_TRY(people_.insert_team(team));
  return Ensured<Team>{.value = std::move(team), .is_new = true};
}

Result<Ensured<TreeNode>> CatalogChange::ensure_beamline(const std::string& name) {
  BEAMPORT_ASSIGN(const auto facility, objects_.find_facility());
  BEAMPORT_ASSIGN(auto found, objects_.find_child(facility->id, Kind::kBeamline, name));
  if (found) return Ensured<TreeNode>{.value = std::move(*found), .is_new = false};
  BEAMPORT_ASSIGN(auto id, new_id<access::NodeId>());
  TreeNode node{.id = std::move(id), .kind = Kind::kBeamline, .parent = facility->id, .name = name};
  BEAMPORT_ASSIGN(node, insert_node(std::move(node), "beamline.make"));
  return Ensured<TreeNode>{.value = std::move(node), .is_new = true};
}

Result<Ensured<TreeNode>> CatalogChange::ensure_folder(const access::NodeId& parent, const std::string& name) {
  BEAMPORT_ASSIGN(const TreeNode above, require_node(parent));
  if (above.kind != Kind::kBeamline && above.kind != Kind::kFolder) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' holds no folders", above.name));
  }
  BEAMPORT_ASSIGN(auto found, objects_.find_child(parent, Kind::kFolder, name));
  if (found) return Ensured<TreeNode>{.value = std::move(*found), .is_new = false};
  BEAMPORT_ASSIGN(auto id, new_id<access::NodeId>());
  TreeNode node{.id = std::move(id), .kind = Kind::kFolder, .parent = parent, .name = name};
  BEAMPORT_TRY(is_at_or_below(parent, node.id));  // the tree is not too deep yet
  BEAMPORT_ASSIGN(node, insert_node(std::move(node), "folder.make"));
  return Ensured<TreeNode>{.value = std::move(node), .is_new = true};
}

/// Directories whose names only look alike ("Anna" and "anna") are two accounts: the second one's folder gets another
/// name, or its scans would be shown to the first one's people.
Result<Ensured<TreeNode>> CatalogChange::ensure_folder_of_disk(const access::NodeId& parent, const std::string& name) {
  BEAMPORT_ASSIGN(auto folder, ensure_folder(parent, name));
  if (folder.value.name == name) return folder;
  const std::string digest = crypto::to_hex(crypto::sha256(as_byte_view(name)));
  return ensure_folder(parent, fmt::format("{} ({})", name, digest.substr(0, 12)));
}

Result<Ensured<TreeNode>> CatalogChange::ensure_dataset(const DatasetPlace& place) {
  BEAMPORT_ASSIGN(auto found, objects_.find_image(place.image));
  if (found) return Ensured<TreeNode>{.value = std::move(*found), .is_new = false};
  BEAMPORT_ASSIGN(auto above, ensure_beamline(place.beamline));
  for (const std::string& folder : place.folders) {
    BEAMPORT_ASSIGN(above, ensure_folder_of_disk(above.value.id, folder));
  }
  // Two images may want one name in one folder: of two roots, or after a move.
  std::string name = place.name;
  for (int number = 2;; ++number) {
    BEAMPORT_ASSIGN(const auto same_name, objects_.find_child(above.value.id, Kind::kDataset, name));
    if (!same_name) break;
    name = fmt::format("{} ({})", place.name, number);
  }
  TreeNode node{.id = place.id, .kind = Kind::kDataset, .parent = above.value.id, .name = name, .image = place.image};
  BEAMPORT_ASSIGN(node, insert_node(std::move(node), "dataset.make"));
  return Ensured<TreeNode>{.value = std::move(node), .is_new = true};
}

Result<Person> CatalogChange::change_person(const Person& person) {
  BEAMPORT_TRY(require_text("a person's name", person.name));
  BEAMPORT_TRY(require_text("a person's mail address", person.mail, true));
  BEAMPORT_TRY(people_.update(person));
  BEAMPORT_TRY(record(
      "person.change", person.id.text(),
      {{"kind", wire_name_of(person.kind)}, {"is_active", person.is_active}, {"is_auditor", person.is_auditor}}));
  Person changed = person;
  ++changed.version;
  return changed;
}

Result<bool> CatalogChange::is_at_or_below(const access::NodeId& id, const access::NodeId& above) {
  std::optional<access::NodeId> next = id;
  for (int depth = 0; next; ++depth) {
    if (depth == kMaxDepth) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("folders are at most {} deep", kMaxDepth));
    }
    if (*next == above) return true;
    BEAMPORT_ASSIGN(const TreeNode node, require_node(*next));
    next = node.parent;
  }
  return false;
}

Result<TreeNode> CatalogChange::change_node(const TreeNode& node, std::string_view event) {
  if (node.parent) {
    BEAMPORT_ASSIGN(const bool in_itself, is_at_or_below(*node.parent, node.id));
    if (in_itself) return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' cannot be below itself", node.name));
    BEAMPORT_ASSIGN(const auto same_name, objects_.find_child(*node.parent, node.kind, node.name));
    if (same_name && same_name->id != node.id && !node.deleted) {
      return fail(ErrorCode::kAlreadyExists, fmt::format("there is a '{}' already; choose another name", node.name));
    }
  }
  BEAMPORT_TRY(objects_.update(node));
  BEAMPORT_TRY(record(event, node.id.text(),
                      {{"name", node.name},
                       {"parent", node.parent ? Json(node.parent->text()) : Json(nullptr)},
                       {"owner_team", node.owner_team ? Json(node.owner_team->text()) : Json(nullptr)},
                       {"public", node.is_public},
                       {"restricted", node.is_restricted},
                       {"sealed", node.is_sealed},
                       {"on_hold", node.is_on_hold},
                       {"deleted", json_of(node.deleted)},
                       {"embargo_until", json_of(node.embargo_until)}}));
  TreeNode changed = node;
  ++changed.version;
  return changed;
}

Result<void> CatalogChange::put_member(const Member& member, const std::string& beam_time) {
  BEAMPORT_TRY(people_.put_member(member, beam_time));
  return record("team.take_in", member.team.text(),
                {{"person", member.person.text()},
                 {"manager", member.is_manager},
                 {"source", wire_name_of(member.source)},
                 {"expires", json_of(member.expires)}});
}

Result<void> CatalogChange::remove_member(const access::TeamId& team, const access::UserId& person) {
  BEAMPORT_ASSIGN(const auto members, people_.members());
  const auto manages = [&](const Member& member) { return member.team == team && member.is_manager; };
  const auto managers = std::ranges::count_if(members, manages);
  const bool is_manager =
      std::ranges::any_of(members, [&](const Member& member) { return manages(member) && member.person == person; });
  if (is_manager && managers == 1) {
    return fail(ErrorCode::kFailedPrecondition, "this is the team's only manager; name another one first");
  }
  BEAMPORT_ASSIGN(const std::int64_t removed, people_.remove_member(team, person));
  if (removed == 0) return {};
  return record("team.dismiss", team.text(), {{"person", person.text()}});
}

Result<void> CatalogChange::put_staff(const access::BeamlineId& beamline, const access::UserId& person) {
  BEAMPORT_TRY(people_.put_staff(beamline, person));
  return record("beamline.staff", beamline.text(), {{"person", person.text()}});
}

Result<GivenGrant> CatalogChange::give(const GrantRequest& request, Source source, const std::string& beam_time) {
  BEAMPORT_TRY(require_text("the reason of a grant", request.reason));
  const auto& [first, last] = std::pair(request.grant.not_before, request.grant.expires);
  if (first && last && *last <= *first) {
    return fail(ErrorCode::kInvalidArgument, "the grant would end before it begins");
  }
  BEAMPORT_TRY(require_node(request.node));
  BEAMPORT_ASSIGN(std::string id, crypto::random_id());
  GivenGrant given{.id = std::move(id),
                   .node = request.node,
                   .grant = request.grant,
                   .given_by = actor_,
                   .reason = request.reason,
                   .source = source,
                   .beam_time = beam_time};
  BEAMPORT_TRY(objects_.insert_grant(given, now_));
  BEAMPORT_TRY(record("grant.give", given.node.text(),
                      {{"grant", given.id},
                       {"subject", subject_of(given.grant)},
                       {"role", name_of(given.grant.role)},
                       {"reason", given.reason},
                       {"not_before", json_of(first)},
                       {"expires", json_of(last)}}));
  return given;
}

Result<GivenGrant> CatalogChange::end_grant(const std::string& id) {
  BEAMPORT_ASSIGN(auto grant, objects_.find_grant(id));
  if (!grant) return fail(ErrorCode::kNotFound, fmt::format("there is no grant {}", id));
  BEAMPORT_ASSIGN(const std::int64_t ended, objects_.end_grant(id, actor_, now_));
  if (ended == 0) return std::move(*grant);
  grant->ended = now_;
  BEAMPORT_TRY(record("grant.end", grant->node.text(), {{"grant", id}, {"subject", subject_of(grant->grant)}}));
  return std::move(*grant);
}

Result<NewToken> CatalogChange::make_token(const TokenRequest& request, const std::string& beam_time) {
  BEAMPORT_TRY(require_text("the name of a token", request.name));
  if (request.scopes.empty()) return fail(ErrorCode::kInvalidArgument, "a token without a scope lets nothing through");
  if (request.expires <= now_ || request.expires > now_ + kLongestToken) {
    return fail(ErrorCode::kInvalidArgument, "a token ends within a year from now");
  }
  if (request.bound) BEAMPORT_TRY(require_node(*request.bound));
  NewToken made;
  BEAMPORT_ASSIGN(made.token.id, crypto::random_id());
  BEAMPORT_ASSIGN(made.text, catalog::make_token(made.token.id));
  made.token.name = request.name;
  made.token.person = request.person;
  made.token.scopes = request.scopes;
  made.token.bound = request.bound;
  made.token.expires = request.expires;
  made.token.beam_time = beam_time;
  BEAMPORT_TRY(tokens_.insert(made.token, parse_token(made.text).value().digest, now_));
  JsonArray scopes;
  for (const access::Scope scope : request.scopes) scopes.emplace_back(name_of(scope));
  BEAMPORT_TRY(record("token.make", made.token.id,
                      {{"name", request.name},
                       {"person", request.person ? Json(request.person->text()) : Json(nullptr)},
                       {"scopes", std::move(scopes)},
                       {"bound", request.bound ? Json(request.bound->text()) : Json(nullptr)},
                       {"expires", json_of(request.expires)}}));
  return made;
}

Result<void> CatalogChange::revoke_token(const std::string& id) {
  BEAMPORT_ASSIGN(const auto token, tokens_.find(id));
  if (!token) return fail(ErrorCode::kNotFound, fmt::format("there is no token {}", id));
  BEAMPORT_ASSIGN(const std::int64_t revoked, tokens_.revoke(id, now_));
  return revoked == 0 ? Result<void>() : record("token.revoke", id, {});
}

namespace {

Result<void> check(const BeamTimeRequest& request) {
  BEAMPORT_TRY(require_text("the beam time's key", request.key));
  BEAMPORT_TRY(require_text("the proposal", request.proposal));
  BEAMPORT_TRY(require_text("the title", request.title, true));
  if (request.ends <= request.begins) return fail(ErrorCode::kInvalidArgument, "the beam time ends before it begins");
  if (request.people.size() <= kMaxVisitors) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("a beam time has at most {} people", kMaxVisitors));
}

std::string key_of(const Visitor& visitor) {
  if (!visitor.key.empty()) return visitor.key;
  std::string mail = visitor.mail;
  std::ranges::transform(mail, mail.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return mail.empty() ? "" : "mail:" + mail;
}

}  // namespace

Result<EnsuredBeamTime> CatalogChange::ensure_beam_time(const BeamTimeRequest& request) {
  BEAMPORT_TRY(check(request));
  BEAMPORT_ASSIGN(auto found, beam_times_.find(request.key));
  if (!found) return begin_beam_time(request);
  // Who may grant at one beamline has no say in what another one granted.
  BEAMPORT_ASSIGN(const auto facility, objects_.find_facility());
  BEAMPORT_ASSIGN(const auto beamline, objects_.find_child(facility->id, Kind::kBeamline, request.beamline));
  if (!beamline || beamline->id != found->beamline) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("beam time {} is one of another beamline; give this one a key of its own", request.key));
  }
  if (found->closed) return EnsuredBeamTime{.beam_time = std::move(*found)};
  BeamTime wanted = *found;
  wanted.proposal = request.proposal;
  wanted.title = request.title;
  wanted.begins = request.begins;
  wanted.ends = request.ends;
  if (wanted != *found) {
    BEAMPORT_TRY(beam_times_.update(wanted));
    ++wanted.version;
    BEAMPORT_TRY(record("beam_time.change", wanted.id, {{"key", wanted.key}, {"ends", json_of(wanted.ends)}}));
  }
  BEAMPORT_TRY(let_in(request, wanted));
  return EnsuredBeamTime{.beam_time = std::move(wanted)};
}

Result<EnsuredBeamTime> CatalogChange::begin_beam_time(const BeamTimeRequest& request) {
  BEAMPORT_ASSIGN(const auto beamline, ensure_beamline(request.beamline));
  BEAMPORT_ASSIGN(
      const auto team,
      ensure_team(fmt::format("proposal:{}:{}", beamline.value.id.text(), request.proposal), request.proposal));
  BEAMPORT_ASSIGN(const auto user,
                  ensure_folder(beamline.value.id, request.account.empty() ? request.proposal : request.account));
  BEAMPORT_ASSIGN(const TreeNode folder, folder_for(user.value, day_of(request.begins), team.value));
  BEAMPORT_ASSIGN(std::string id, crypto::random_id());
  EnsuredBeamTime made{.beam_time = {.id = std::move(id),
                                     .key = request.key,
                                     .proposal = request.proposal,
                                     .title = request.title,
                                     .beamline = beamline.value.id,
                                     .begins = request.begins,
                                     .ends = request.ends,
                                     .team = team.value.id,
                                     .folder = folder.id,
                                     .version = 1},
                       .is_new = true};
  BEAMPORT_TRY(beam_times_.insert(made.beam_time, now_));
  BEAMPORT_TRY(record("beam_time.make", made.beam_time.id,
                      {{"key", request.key}, {"proposal", request.proposal}, {"folder", folder.id.text()}}));
  BEAMPORT_TRY(let_in(request, made.beam_time));
  const access::Moment token_ends = std::min(request.ends + kAutomationAfterwards, now_ + kLongestToken);
  if (token_ends > now_) {
    BEAMPORT_ASSIGN(made.token, make_token({.name = fmt::format("automation of beam time {}", request.key),
                                            .person = {},
                                            .scopes = {access::Scope::kIngest},
                                            .bound = folder.id,
                                            .expires = token_ends},
                                           made.beam_time.id));
  }
  return made;
}

/// The folder of that day. Another team's folder of the same day is not hers: then it gets the team's name, too.
Result<TreeNode> CatalogChange::folder_for(const TreeNode& user, const std::string& day, const Team& team) {
  for (const std::string& name : {day, fmt::format("{} {}", day, team.name)}) {
    BEAMPORT_ASSIGN(const auto folder, ensure_folder(user.id, name));
    if (folder.value.owner_team == team.id) return folder.value;
    if (folder.value.owner_team) continue;
    TreeNode owned = folder.value;
    owned.owner_team = team.id;
    return change_node(owned, "folder.owner");
  }
  return fail(ErrorCode::kAlreadyExists,
              fmt::format("the folders of {} in '{}' belong to other teams; move them first", day, user.name));
}

/// Grants and memberships as the request wants them now; those of people who are not named any more end.
Result<void> CatalogChange::let_in(const BeamTimeRequest& request, const BeamTime& beam_time) {
  const access::Moment until = request.ends + settings_->access_after_beam_time;
  BEAMPORT_TRY(grant_to_team(beam_time, until));
  std::vector<access::UserId> named;
  for (const Visitor& visitor : request.people) {
    const std::string key = key_of(visitor);
    if (key.empty()) return fail(ErrorCode::kInvalidArgument, "a person of the beam time has neither key nor mail");
    BEAMPORT_ASSIGN(const auto person, ensure_person({.key = key, .name = visitor.name, .mail = visitor.mail}));
    named.push_back(person.value.id);
    BEAMPORT_TRY(take_in({.team = beam_time.team,
                          .person = person.value.id,
                          .is_manager = visitor.role != VisitRole::kMember,
                          .source = Source::kAuto,
                          .expires = until},
                         beam_time.id));
  }
  BEAMPORT_ASSIGN(const auto before, people_.members_of(beam_time.id));
  for (const Member& member : before) {
    if (std::ranges::find(named, member.person) != named.end()) continue;
    BEAMPORT_TRY(people_.remove_member(member.team, member.person));
    BEAMPORT_TRY(record("team.dismiss", member.team.text(), {{"person", member.person.text()}}));
  }
  return {};
}

Result<void> CatalogChange::grant_to_team(const BeamTime& beam_time, access::Moment until) {
  BEAMPORT_ASSIGN(const auto grants, objects_.grants(beam_time.folder));
  for (const GivenGrant& given : grants) {
    if (given.beam_time != beam_time.id) continue;
    if (given.grant.expires == until) return {};
    BEAMPORT_TRY(end_grant(given.id));
  }
  BEAMPORT_TRY(give({.node = beam_time.folder,
                     .grant = {.subject = beam_time.team, .role = access::Role::kAnnotator, .expires = until},
                     .reason = fmt::format("beam time {}", beam_time.key)},
                    Source::kAuto, beam_time.id));
  return {};
}

/// Leaves alone who is a member for longer, or by somebody's hand.
Result<void> CatalogChange::take_in(const Member& member, const std::string& beam_time) {
  BEAMPORT_ASSIGN(const auto memberships, people_.members(member.person));
  for (const Member& present : memberships) {
    if (present.team != member.team) continue;
    const bool lasts = present.source != Source::kAuto || !present.expires || *present.expires >= *member.expires;
    if (lasts && (present.is_manager || !member.is_manager)) return {};
  }
  return put_member(member, beam_time);
}

Result<BeamTime> CatalogChange::close_beam_time(const std::string& key) {
  BEAMPORT_ASSIGN(auto beam_time, beam_times_.find(key));
  if (!beam_time) return fail(ErrorCode::kNotFound, fmt::format("there is no beam time {}", key));
  if (beam_time->closed) return std::move(*beam_time);
  beam_time->closed = now_;
  BEAMPORT_TRY(beam_times_.update(*beam_time));
  ++beam_time->version;
  BEAMPORT_ASSIGN(const std::int64_t grants, objects_.end_grants_of(beam_time->id, actor_, now_));
  BEAMPORT_ASSIGN(const std::int64_t members, people_.end_members_of(beam_time->id, now_));
  BEAMPORT_ASSIGN(const std::int64_t tokens, tokens_.revoke_of(beam_time->id, now_));
  BEAMPORT_TRY(record("beam_time.close", beam_time->id,
                      {{"key", key}, {"grants", grants}, {"members", members}, {"tokens", tokens}}));
  return std::move(*beam_time);
}

}  // namespace beamport::catalog
