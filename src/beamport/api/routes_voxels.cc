// SPDX-License-Identifier: Apache-2.0
// The exact value under the cursor.

#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/render/voxel.h"

namespace beamport::api {
namespace {

struct VoxelPath {
  std::string id;
  std::string version;
  std::uint32_t level = 0;
  std::int64_t z = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
};
BOOST_DESCRIBE_STRUCT(VoxelPath, (), (id, version, level, z, y, x))
constexpr auto notes_of(const VoxelPath* /*unused*/) {
  return type_notes("VoxelPath", "", FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "version", .hex_digits = 12}, FieldNote{.field = "z", .minimum = 0},
                    FieldNote{.field = "y", .minimum = 0}, FieldNote{.field = "x", .minimum = 0});
}

struct VoxelReply {
  std::int64_t level = 0;
  std::int64_t z = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
  std::optional<double> value;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(VoxelReply, (), (level, z, y, x, value, text))
constexpr auto notes_of(const VoxelReply* /*unused*/) {
  return type_notes("VoxelValue", "One voxel.",
                    FieldNote{.field = "value", .text = "Nearest double; null when it is not finite"},
                    FieldNote{.field = "text", .text = "Exact, in its own type: every digit of an integer, NaN, inf"});
}

JsonAnswer<VoxelReply> get_voxel(const Call& call, const VoxelPath& path) {
  DatasetShelf& shelf = call.services.shelf;
  const auto dataset = shelf.open_version(path.id, path.version, call.stop);
  if (!dataset) return tl::unexpected(dataset.error());
  auto voxel = render::read_voxel(shelf.context(call.stop), *(*dataset)->image, path.level, {path.z, path.y, path.x});
  if (!voxel) return tl::unexpected(shelf.explain(voxel.error()));
  return VoxelReply{path.level, path.z, path.y, path.x, voxel->value, std::move(voxel->text)};
}

}  // namespace

std::vector<Endpoint> voxel_endpoints() {
  return {json_endpoint({.method = "GET",
                         .path = "/api/beamport/v1/datasets/{id}/v/{version}/voxels/{level}/{z}/{y}/{x}",
                         .operation_id = "getVoxel",
                         .tag = "voxels",
                         .summary = "The exact value of one voxel",
                         .permission = Permission::kReadDataset,
                         .caching = Caching::kImmutable,
                         .problems = {404, 410}},
                        &get_voxel)};
}

}  // namespace beamport::api
