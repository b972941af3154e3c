// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one transaction on the catalog does, step by step; each step that changes something also writes the audit
// record. Steps can be put together (ensure_beam_time() is made of the others). Used by Catalog, inside its
// transaction, on one thread.

#include <string>
#include <string_view>

#include "beamport/catalog/catalog.h"

namespace beamport::catalog {

class CatalogChange {
 public:
  /// All outlive it.
  CatalogChange(db::Database& database, const CatalogSettings& settings, std::string_view actor)
      : settings_(&settings),
        actor_(actor),
        now_(settings.now()),
        people_(database),
        objects_(database),
        tokens_(database),
        beam_times_(database),
        audit_(database) {}

  [[nodiscard]] access::Moment now() const noexcept { return now_; }
  [[nodiscard]] People& people() noexcept { return people_; }
  [[nodiscard]] ObjectTree& objects() noexcept { return objects_; }

  /// The facility and the first admin.
  [[nodiscard]] Result<void> begin_catalog();

  [[nodiscard]] Result<Ensured<Person>> ensure_person(const PersonRequest& request);
  [[nodiscard]] Result<Ensured<Team>> ensure_team(const std::string& key, const std::string& name);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_beamline(const std::string& name);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_folder(const access::NodeId& parent, const std::string& name);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_dataset(const DatasetPlace& place);
  [[nodiscard]] Result<EnsuredBeamTime> ensure_beam_time(const BeamTimeRequest& request);

  [[nodiscard]] Result<Person> change_person(const Person& person);
  [[nodiscard]] Result<TreeNode> change_node(const TreeNode& node, std::string_view event);
  [[nodiscard]] Result<void> put_member(const Member& member, const std::string& beam_time);
  [[nodiscard]] Result<void> remove_member(const access::TeamId& team, const access::UserId& person);
  [[nodiscard]] Result<void> put_staff(const access::BeamlineId& beamline, const access::UserId& person);
  [[nodiscard]] Result<GivenGrant> give(const GrantRequest& request, Source source, const std::string& beam_time);
  [[nodiscard]] Result<GivenGrant> end_grant(const std::string& id);
  [[nodiscard]] Result<BeamTime> close_beam_time(const std::string& key);
  [[nodiscard]] Result<NewToken> make_token(const TokenRequest& request, const std::string& beam_time);
  [[nodiscard]] Result<void> revoke_token(const std::string& id);
  [[nodiscard]] Result<void> record(std::string_view event, std::string_view object, const JsonObject& details);

 private:
  [[nodiscard]] Result<TreeNode> insert_node(TreeNode node, std::string_view event);
  [[nodiscard]] Result<Ensured<TreeNode>> ensure_folder_of_disk(const access::NodeId& parent, const std::string& name);
  [[nodiscard]] Result<TreeNode> require_node(const access::NodeId& id);
  [[nodiscard]] Result<bool> is_at_or_below(const access::NodeId& id, const access::NodeId& above);
  [[nodiscard]] Result<EnsuredBeamTime> begin_beam_time(const BeamTimeRequest& request);
  [[nodiscard]] Result<TreeNode> folder_for(const TreeNode& user, const std::string& day, const Team& team);
  [[nodiscard]] Result<void> let_in(const BeamTimeRequest& request, const BeamTime& beam_time);
  [[nodiscard]] Result<void> grant_to_team(const BeamTime& beam_time, access::Moment until);
  [[nodiscard]] Result<void> take_in(const Member& member, const std::string& beam_time);

  const CatalogSettings* settings_;
  std::string actor_;
  access::Moment now_;
  People people_;
  ObjectTree objects_;
  ApiTokens tokens_;
  BeamTimes beam_times_;
  AuditLog audit_;
};

}  // namespace beamport::catalog
