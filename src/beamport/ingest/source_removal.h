// SPDX-License-Identifier: Apache-2.0
#pragma once

// The slices of a source that may go, each as it was when they were compared with the published image. Written down
// before the first one goes, so that a removal that was interrupted goes on and takes nothing with it that has come
// since:
//
//   list_removal() ─▶ [compare] ─▶ keep_removal() ─▶ remove_listed() ─▶ the list goes
//
// The list is one JSON document.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/describe.h"
#include "beamport/base/result.h"

namespace beamport::ingest {

struct ListedSlice {
  std::string name;  // in the source; empty: the source itself is the file
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
};
BOOST_DESCRIBE_STRUCT(ListedSlice, (), (name, inode, size, modified_ns, changed_ns))
constexpr auto notes_of(const ListedSlice* /*unused*/) {
  return type_notes("ListedSlice", "");
}

struct SourceRemoval {
  static constexpr std::size_t kMaxSlices = 1'000'000;

  std::string source;
  std::vector<ListedSlice> slices;
};
BOOST_DESCRIBE_STRUCT(SourceRemoval, (), (source, slices))
constexpr auto notes_of(const SourceRemoval* /*unused*/) {
  return type_notes("SourceRemoval", "", FieldNote{.field = "slices", .max_length = SourceRemoval::kMaxSlices});
}

[[nodiscard]] Result<SourceRemoval> list_removal(const std::filesystem::path& source, std::string_view pattern);

/// Durable when it returns; its folder is made.
[[nodiscard]] Result<void> keep_removal(const std::filesystem::path& file, const SourceRemoval& removal);
/// Nothing when there is none.
[[nodiscard]] Result<std::optional<SourceRemoval>> read_removal(const std::filesystem::path& file);

/// Removes what is still as it was listed, and the directory if nothing is left in it; one sentence of that. May be
/// called again after an error, a stop request (kCancelled) or a crash. kNotFound when the source's folder is away.
[[nodiscard]] Result<std::string> remove_listed(const SourceRemoval& removal, const std::stop_token& stop);

}  // namespace beamport::ingest
