// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/frame_source.h"

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/base/check.h"
#include "beamport/image/file_pattern.h"
#include "beamport/image/frame_number.h"
#include "beamport/image/page_stack.h"
#include "beamport/image/slice_stack.h"
#include "beamport/os/file.h"
#include "beamport/os/slot_reader.h"

namespace beamport::image {
namespace {

Result<std::unique_ptr<FrameSource>> open_listing(const std::filesystem::path& directory, std::string_view pattern,
                                                  const StackOptions& options) {
  BEAMPORT_ASSIGN(TiffListing listing,
                  list_tiff_files(directory, pattern, static_cast<std::size_t>(options.max_frames)));
  if (listing.names.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no TIFF files (.tif, .tiff) {} {}{}{}", pattern == "*" ? "in" : "fit",
                            pattern == "*" ? directory.string() : (directory / pattern).string(),
                            listing.notes.empty() ? "" : "; ", fmt::join(listing.notes, "; ")));
  }
  if (listing.names.size() == 1) {
    return open_page_stack(directory / listing.names.front(), options, std::move(listing.notes));
  }
  BEAMPORT_ASSIGN(FrameOrder order,
                  order_by_number(listing.names, options.gaps).map_error(in_context(directory.string())));
  std::vector<std::string> ordered;
  ordered.reserve(order.indices.size());
  for (const std::size_t i : order.indices) ordered.push_back(std::move(listing.names[i]));
  std::vector<std::string> notes = std::move(listing.notes);
  notes.insert(notes.end(), std::make_move_iterator(order.notes.begin()), std::make_move_iterator(order.notes.end()));
  return open_slice_stack(directory, std::move(ordered), options, std::move(notes));
}

}  // namespace

std::size_t FrameSource::slot_bytes(std::int64_t rows) const noexcept {
  const std::int64_t row_bytes = extent().x * static_cast<std::int64_t>(size_of(type()));
  return os::SlotReader::slot_bytes(static_cast<std::size_t>(rows * row_bytes));
}

Result<VolumeView> FrameSource::read_into(std::int64_t z, std::int64_t row, std::int64_t rows,
                                          MutableByteView slot) const {
  BEAMPORT_CHECK(rows >= 0 && slot.size() >= slot_bytes(rows));
  const MutableVolumeView packed(slot.data(), {1, rows, extent().x}, type());
  BEAMPORT_TRY(read_rows(z, row, packed));
  return packed;
}

Result<FrameState> FrameSource::await_frame(std::int64_t z) const {
  const auto state = frame_state(z);
  if (state && state->version != 0) return *state;
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} {} while the stack was being read; wait until the stack is complete and start again",
                          frame_name(z), state ? "was written to again" : "disappeared"));
}

Result<std::unique_ptr<FrameSource>> open_stack(const std::string& path_or_glob, const StackOptions& options) {
  const std::filesystem::path path(path_or_glob);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return open_listing(path, "*", options);
  if (std::filesystem::exists(status)) return open_page_stack(path, options, {});
  const std::string pattern = path.filename().string();
  if (has_wildcard(path.parent_path().string())) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: * and ? are only understood in the last part of a path", path_or_glob));
  }
  if (has_wildcard(pattern)) {
    return open_listing(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."), pattern, options);
  }
  return os::system_error(error ? error.value() : ENOENT, "open", path);
}

}  // namespace beamport::image
