// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_policy.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "beamport/array/volume_view.h"
#include "beamport/base/aligned_buffer.h"
#include "beamport/os/file.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr int kReadings = 2;

/// So that the next reading comes from the disk, as far as the system follows the advice.
void forget_files(const fs::path& root) {
  std::error_code error;
  const auto forget = [](const fs::path& path) {
    if (const auto file = os::File::open_read(path)) file->forget_cached(0, 0);
  };
  if (!fs::is_directory(root, error)) return forget(root);
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_regular_file(error)) forget(entry->path());
  }
}

struct Voxels {
  Voxels(Extent extent, DataType type)
      : buffer(static_cast<std::size_t>(extent.volume()) * size_of(type)), view(buffer.data(), extent, type) {}
  AlignedBuffer buffer;
  MutableVolumeView view;
};

bool same_bytes(VolumeView a, VolumeView b) {
  const std::size_t row_bytes = static_cast<std::size_t>(a.extent.x) * size_of(a.type);
  for (std::int64_t y = 0; y < a.extent.y; ++y) {
    if (std::memcmp(a.row(0, y), b.row(0, y), row_bytes) != 0) return false;
  }
  return true;
}

/// Chunk row by chunk row, so that memory stays bounded however large a plane is.
Result<void> compare_once(const image::FrameSource& source, const zarr::Array& stored, const std::stop_token& stop) {
  const Extent extent = source.extent();
  const Extent chunk = stored.chunk();
  const Extent band{std::min(chunk.z, extent.z), std::min(chunk.y, extent.y), extent.x};
  Voxels image_band(band, source.type());
  Voxels rows({1, band.y, extent.x}, source.type());
  for (std::int64_t z = 0; z < extent.z; z += chunk.z) {
    for (std::int64_t y = 0; y < extent.y; y += chunk.y) {
      if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "stopped on request");
      const Extent size = min_of(band, {extent.z - z, extent.y - y, extent.x});
      const MutableVolumeView from_image = image_band.view.part(Box::whole(size));
      BEAMPORT_TRY(stored.read_box(Box::at({z, y, 0}, size), from_image));
      for (std::int64_t i = 0; i < size.z; ++i) {
        const MutableVolumeView from_slice = rows.view.part(Box::whole({1, size.y, size.x}));
        BEAMPORT_TRY(source.read_rows(z + i, y, from_slice));
        if (!same_bytes(from_slice, from_image.part({{i, 0, 0}, {i + 1, size.y, size.x}}))) {
          return fail(ErrorCode::kCorrupt, fmt::format("{}: rows {}-{} are not what the image holds in slice {}",
                                                       source.frame_name(z + i), y, y + size.y - 1, z + i));
        }
      }
    }
  }
  return {};
}

Result<void> require_unchanged(const PublishedSource& published) {
  BEAMPORT_ASSIGN(const SourceLook now, look_at_source(published.source, published.slice_pattern));
  if (now.content == published.content) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} has changed since it was converted; it stays as it is", published.source.string()));
}

}  // namespace

Result<void> compare_with_source(const PublishedSource& published, const std::stop_token& stop) {
  BEAMPORT_TRY(require_unchanged(published));
  for (int reading = 0; reading < kReadings; ++reading) {
    forget_files(published.source);
    forget_files(published.image);
    BEAMPORT_ASSIGN(const auto source, image::open_stack(stack_of(published.source, published.slice_pattern),
                                                         {.gaps = published.gaps, .stop = stop}));
    BEAMPORT_ASSIGN(auto store, store::DirectoryStore::open(published.image));
    BEAMPORT_ASSIGN(const zarr::Image image, zarr::Image::open(std::move(store)));
    const zarr::Array& stored = image.levels().front().array;
    if (image.type() != source->type()) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{} holds {} made from {}: it cannot replace its source", published.image.string(),
                              name_of(image.type()), name_of(source->type())));
    }
    if (stored.extent() != source->extent()) {
      return fail(ErrorCode::kCorrupt, fmt::format("{} holds {} voxels, its source {}", published.image.string(),
                                                   stored.extent(), source->extent()));
    }
    BEAMPORT_TRY(compare_once(*source, stored, stop));
  }
  return require_unchanged(published);
}

Result<std::string> archive_source(const fs::path& archive, const PublishedSource& published) {
  const fs::path target = archive / published.archive_name;
  std::error_code error;
  if (!fs::exists(published.source, error) && !error && fs::exists(target, error)) {
    return fmt::format("the slices are in {}", target.string());
  }
  fs::create_directories(target.parent_path(), error);
  if (error) return os::system_error(error.value(), "create", target.parent_path());
  BEAMPORT_TRY(os::rename_new(published.source, target));
  BEAMPORT_TRY(os::sync_directory(published.source.parent_path()));
  return fmt::format("the slices were moved to {}", target.string());
}

}  // namespace beamport::ingest
