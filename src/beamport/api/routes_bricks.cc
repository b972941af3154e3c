// SPDX-License-Identifier: Apache-2.0
// Small cubes of exact voxels, many in one answer. The frames are pictured in render/brick.h.

#include "beamport/api/immutable_content.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/render/brick.h"

namespace beamport::api {
namespace {

struct BrickPath {
  std::string id;
  std::string version;
  std::uint32_t level = 0;
  std::string at;
};
BOOST_DESCRIBE_STRUCT(BrickPath, (), (id, version, level, at))
constexpr auto notes_of(const BrickPath* /*unused*/) {
  return type_notes("BrickPath", "", FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "version", .hex_digits = 12},
                    FieldNote{.field = "at",
                              .text = "z.y.x,z.y.x,… in bricks of 64 voxels; 1 to 256 of them",
                              .min_length = 5,
                              .max_length = 8192});
}

Answer get_bricks(const Call& call, const BrickPath& path) {
  const auto places = render::parse_brick_places(path.at);
  if (!places) {
    return tl::unexpected(Problem{
        .status = 400, .code = "invalid_parameter", .detail = places.error().message, .field = "at", .headers = {}});
  }
  DatasetShelf& shelf = call.services.shelf;
  const auto dataset = shelf.open_version(path.id, path.version, call.stop);
  if (!dataset) return tl::unexpected(dataset.error());
  const render::Compression compression = choose_compression(call.request);
  ImmutableContent content{.content_type = "application/octet-stream", .compression = compression, .negotiated = true};
  return serve_immutable(call, std::move(content), [&](net::Headers& extra) -> tl::expected<Bytes, Problem> {
    const render::ServedImage& image = *(*dataset)->image;
    const auto frames = render::brick_batch(shelf.context(call.stop), image, path.level, *places);
    if (!frames) return tl::unexpected(shelf.explain(frames.error()));
    auto bytes = render::compress(*frames, compression);
    if (!bytes) return tl::unexpected(shelf.explain(bytes.error()));
    extra.set("X-Beamport-Data-Type", std::string(name_of(image.type())));
    return std::move(*bytes);
  });
}

}  // namespace

std::vector<Endpoint> brick_endpoints() {
  return {content_endpoint({.method = "GET",
                            .path = "/api/beamport/v1/datasets/{id}/v/{version}/bricks/{level}",
                            .operation_id = "getBricks",
                            .tag = "bricks",
                            .summary = "Cubes of exact voxels, many at once",
                            .description = "Frames one after the other, little endian: u32 z, y, x (brick), u32 depth, "
                                           "height, width (clipped), u64 bytes, then that many bytes of voxels in "
                                           "z, y, x order; 0 bytes: every voxel is zero.",
                            .permission = Permission::kReadDataset,
                            .caching = Caching::kImmutable,
                            .problems = {400, 404, 410}},
                           {"application/octet-stream"}, &get_bricks)};
}

}  // namespace beamport::api
