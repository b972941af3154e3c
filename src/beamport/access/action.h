// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be done to an object, and the named sets of it: a role is what a grant gives, a scope is what a token lets
// through. Values only.

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace beamport::access {

enum class Action : std::uint8_t {
  kList,           // that it exists, and its name
  kReadMetadata,   // everything about it but voxels
  kReadData,       // voxels, tiles, thumbnails, Zarr bytes
  kExport,         // a copy as a file
  kAnnotate,       // layers and notes of one's own on it
  kWriteMetadata,  // names, tags, fields
  kWriteData,      // voxels; only while it is not sealed
  kMove,           // to another folder; asked at both ends
  kShare,          // links for people without an account
  kGrant,          // roles for users and teams
  kDelete,
  kRestore,        // out of the time of grace
  kManageMembers,  // of a team
  kAdminister,     // the facility's own settings
};
inline constexpr int kActionCount = 14;

/// A set of actions.
class ActionSet {
 public:
  constexpr ActionSet() = default;
  constexpr ActionSet(std::initializer_list<Action> actions) {
    for (const Action action : actions) bits_ |= bit(action);
  }
  [[nodiscard]] static constexpr ActionSet all() {
    ActionSet set;
    set.bits_ = (std::uint32_t{1} << kActionCount) - 1;
    return set;
  }

  [[nodiscard]] constexpr bool has(Action action) const { return (bits_ & bit(action)) != 0; }
  [[nodiscard]] constexpr bool has_all(ActionSet others) const { return (others.bits_ & ~bits_) == 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr ActionSet without(ActionSet others) const { return from_bits(bits_ & ~others.bits_); }

  constexpr ActionSet& operator|=(ActionSet others) {
    bits_ |= others.bits_;
    return *this;
  }
  friend constexpr ActionSet operator|(ActionSet a, ActionSet b) { return from_bits(a.bits_ | b.bits_); }
  friend constexpr ActionSet operator&(ActionSet a, ActionSet b) { return from_bits(a.bits_ & b.bits_); }
  friend constexpr bool operator==(ActionSet, ActionSet) = default;

 private:
  [[nodiscard]] static constexpr std::uint32_t bit(Action action) {
    return std::uint32_t{1} << static_cast<unsigned>(action);
  }
  [[nodiscard]] static constexpr ActionSet from_bits(std::uint32_t bits) {
    ActionSet set;
    set.bits_ = bits;
    return set;
  }

  std::uint32_t bits_ = 0;
};

/// What a grant gives. Each role holds all of the one before it.
enum class Role : std::uint8_t {
  kReader,     // list, read metadata and data, export
  kAnnotator,  // and annotate
  kEditor,     // and write metadata and data, move
  kManager,    // and share, grant, delete, restore, manage members
};
[[nodiscard]] ActionSet actions_of(Role role) noexcept;

/// What a token lets through of what its holder may do.
enum class Scope : std::uint8_t {
  kDatasetRead,   // list, read metadata and data, export
  kDatasetWrite,  // and annotate, write metadata and data, move
  kIngest,        // list, read metadata, write metadata and data: what hands scans in
  kSheet,         // list, read metadata: what keeps the spreadsheet record
  kAdmin,         // everything
};
[[nodiscard]] ActionSet actions_of(Scope scope) noexcept;

/// "read_data", "reader", "dataset:read": as written outside the program.
[[nodiscard]] std::string_view name_of(Action action) noexcept;
[[nodiscard]] std::string_view name_of(Role role) noexcept;
[[nodiscard]] std::string_view name_of(Scope scope) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view name) noexcept;
[[nodiscard]] std::optional<Scope> parse_scope(std::string_view name) noexcept;

}  // namespace beamport::access
