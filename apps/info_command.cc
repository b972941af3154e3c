// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "console.h"
#include "quantity.h"
#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/store/directory_store.h"
#include "beamport/zarr/image.h"

namespace beamport::app {
namespace {

Json list_of(const std::array<double, 3>& values) {
  return {values[0], values[1], values[2]};
}
Json list_of(Extent e) {
  return {e.z, e.y, e.x};
}

Json describe(const zarr::Image& image) {
  JsonArray levels;
  for (const zarr::ImageLevel& level : image.levels()) {
    levels.push_back({{"path", level.path},
                      {"shape", list_of(level.array.extent())},
                      {"chunk", list_of(level.array.chunk())},
                      {"voxel_size_um", list_of(level.voxel_size_um)}});
  }
  JsonObject result{{"name", image.name()},
                    {"data_type", name_of(image.type())},
                    {"voxel_size_known", image.voxel_size_known()},
                    {"levels", std::move(levels)}};
  if (const auto& window = image.window()) {
    result["window"] = {{"min", window->min}, {"max", window->max}, {"start", window->start}, {"end", window->end}};
  }
  if (const Json* own = image.attributes().if_contains("beamport"); own != nullptr && own->is_object()) {
    JsonObject copy = own->get_object();
    copy.erase("thumbnails");  // pictures, not information to read
    if (Json* statistics = copy.if_contains("statistics"); statistics != nullptr && statistics->is_object()) {
      statistics->get_object().erase("histogram");
    }
    result["beamport"] = std::move(copy);
  }
  return result;
}

void print_text(const zarr::Image& image) {
  const zarr::ImageLevel& finest = image.levels().front();
  const auto bytes = static_cast<double>(finest.array.extent().volume()) * static_cast<double>(size_of(image.type()));
  print_out("name        {}\n", image.name());
  print_out("shape       {} (z×y×x), {}, {} uncompressed\n", finest.array.extent(), name_of(image.type()),
            format_bytes(bytes));
  const auto& size = finest.voxel_size_um;
  if (image.voxel_size_known()) {
    print_out("voxel size  {} × {} × {} µm (z×y×x)\n", size[0], size[1], size[2]);
  } else {
    print_out("voxel size  not known\n");
  }
  if (const auto& window = image.window()) {
    print_out("contrast    {:.6g} … {:.6g} of {:.6g} … {:.6g}\n", window->start, window->end, window->min, window->max);
  }
  for (const zarr::ImageLevel& level : image.levels()) {
    print_out("level {:<5} {} in chunks of {}\n", level.path, level.array.extent(), level.array.chunk());
  }
}

}  // namespace

Result<void> run_info(const InfoOptions& options) {
  BEAMPORT_ASSIGN(const auto store, store::DirectoryStore::open(options.image));
  BEAMPORT_ASSIGN(const auto image, zarr::Image::open(store));
  if (options.json) {
    print_out("{}\n", write_json(describe(image)));
  } else {
    print_text(image);
  }
  return {};
}

}  // namespace beamport::app
