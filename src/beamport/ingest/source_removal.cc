// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_removal.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "beamport/base/json_decode.h"
#include "beamport/base/json_encode.h"
#include "beamport/image/landing_directory.h"
#include "beamport/os/file.h"
#include "beamport/os/file_stamp.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{512} << 20;

ListedSlice listed(std::string name, const os::FileStamp& stamp) {
  return {.name = std::move(name),
          .inode = stamp.inode,
          .size = stamp.size,
          .modified_ns = stamp.modified_ns,
          .changed_ns = stamp.changed_ns};
}

bool is_as_listed(const ListedSlice& slice, const os::FileStamp& stamp) {
  return stamp.is_regular && stamp.inode == slice.inode && stamp.size == slice.size &&
         stamp.modified_ns == slice.modified_ns && stamp.changed_ns == slice.changed_ns;
}

/// Whether the file is gone now; false when it is another one than was listed.
Result<bool> remove_slice(const fs::path& path, const ListedSlice& slice) {
  const auto stamp = os::stamp_of(path);
  if (!stamp && stamp.error().code == ErrorCode::kNotFound) return true;
  if (!stamp) return fail(stamp.error());
  if (!is_as_listed(slice, *stamp)) return false;
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return true;
  return os::system_error(errno, "remove", path);
}

}  // namespace

Result<SourceRemoval> list_removal(const fs::path& source, std::string_view pattern) {
  SourceRemoval removal{.source = source.string(), .slices = {}};
  BEAMPORT_ASSIGN(const os::FileStamp whole, os::stamp_of(source));
  if (!whole.is_directory) {
    removal.slices.push_back(listed("", whole));
    return removal;
  }
  BEAMPORT_ASSIGN(const std::vector<std::string> names, image::list_slices(source, pattern));
  for (const std::string& name : names) {
    BEAMPORT_ASSIGN(const os::FileStamp stamp, os::stamp_of(source / name));
    removal.slices.push_back(listed(name, stamp));
  }
  return removal;
}

Result<void> keep_removal(const fs::path& file, const SourceRemoval& removal) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return os::system_error(error.value(), "create", file.parent_path());
  BEAMPORT_TRY(os::replace_file(file, as_byte_view(write_json(encode_json(removal)))));
  return os::sync_directory(file.parent_path().parent_path());
}

Result<std::optional<SourceRemoval>> read_removal(const fs::path& file) {
  const auto text = os::read_file(file, kMaxDocumentBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!text) return fail(text.error());
  BEAMPORT_ASSIGN(const Json json, parse_json(as_text(*text)).map_error(in_context(file.string())));
  auto removal = decode_json<SourceRemoval>(json);
  if (!removal) return fail(to_error(removal.error(), file.string()));
  for (const ListedSlice& slice : removal->slices) {
    if (slice.name.find('/') == std::string::npos && slice.name != "." && slice.name != "..") continue;
    return fail(ErrorCode::kCorrupt, fmt::format("{}: '{}' is no name of a slice", file.string(), slice.name));
  }
  return std::move(*removal);
}

Result<std::string> remove_listed(const SourceRemoval& removal, const std::stop_token& stop) {
  const fs::path source = removal.source;
  std::size_t others = 0;
  for (const ListedSlice& slice : removal.slices) {
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
    BEAMPORT_ASSIGN(const bool is_gone, remove_slice(slice.name.empty() ? source : source / slice.name, slice));
    if (!is_gone) ++others;
  }
  std::error_code error;
  if (fs::is_directory(source, error)) {
    BEAMPORT_TRY(os::sync_directory(source));
    static_cast<void>(::rmdir(source.c_str()));  // refused while something is left in it
  }
  BEAMPORT_TRY(os::sync_directory(source.parent_path()));
  std::string gone =
      fmt::format("{} slices were removed: the image holds their voxels", removal.slices.size() - others);
  if (others == 0) return gone;
  return fmt::format("{}; {} were written again since they were compared, and stay", gone, others);
}

}  // namespace beamport::ingest
