// SPDX-License-Identifier: Apache-2.0
#include "beamport/access/action.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace beamport::access {
namespace {

using enum Action;

constexpr ActionSet kReading{kList, kReadMetadata, kReadData, kExport};
constexpr ActionSet kAnnotating = kReading | ActionSet{kAnnotate};
constexpr ActionSet kEditing = kAnnotating | ActionSet{kWriteMetadata, kWriteData, kMove};
constexpr ActionSet kManaging = kEditing | ActionSet{kShare, kGrant, kDelete, kRestore, kManageMembers};

constexpr std::array<std::string_view, kActionCount> kActionNames{
    "list", "read_metadata", "read_data", "export", "annotate", "write_metadata", "write_data",
    "move", "share",         "grant",     "delete", "restore",  "manage_members", "administer"};
constexpr std::array<std::string_view, 4> kRoleNames{"reader", "annotator", "editor", "manager"};
constexpr std::array<std::string_view, 5> kScopeNames{"dataset:read", "dataset:write", "ingest", "sheet", "admin"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

ActionSet actions_of(Role role) noexcept {
  switch (role) {
    case Role::kReader:
      return kReading;
    case Role::kAnnotator:
      return kAnnotating;
    case Role::kEditor:
      return kEditing;
    case Role::kManager:
      return kManaging;
  }
  return {};
}

ActionSet actions_of(Scope scope) noexcept {
  switch (scope) {
    case Scope::kDatasetRead:
      return kReading;
    case Scope::kDatasetWrite:
      return kEditing;
    case Scope::kIngest:
      return {kList, kReadMetadata, kWriteMetadata, kWriteData};
    case Scope::kSheet:
      return {kList, kReadMetadata};
    case Scope::kAdmin:
      return ActionSet::all();
  }
  return {};
}

std::string_view name_of(Action action) noexcept {
  return kActionNames.at(static_cast<std::size_t>(action));
}
std::string_view name_of(Role role) noexcept {
  return kRoleNames.at(static_cast<std::size_t>(role));
}
std::string_view name_of(Scope scope) noexcept {
  return kScopeNames.at(static_cast<std::size_t>(scope));
}
std::optional<Role> parse_role(std::string_view name) noexcept {
  return find<Role>(kRoleNames, name);
}
std::optional<Scope> parse_scope(std::string_view name) noexcept {
  return find<Scope>(kScopeNames, name);
}

}  // namespace beamport::access
