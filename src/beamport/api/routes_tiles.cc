// SPDX-License-Identifier: Apache-2.0
// Square pieces of a slice: lossy 8-bit pictures to look at, or exact voxels.

#include <fmt/format.h>

#include "beamport/api/immutable_content.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/render/tile.h"
#include "beamport/render/value_window.h"

namespace beamport::api {
namespace {

enum class PlaneName : std::uint8_t { kXy, kXz, kZy };
BOOST_DESCRIBE_ENUM(PlaneName, kXy, kXz, kZy)

enum class TileFormat : std::uint8_t { kJpg, kWebp, kRaw };
BOOST_DESCRIBE_ENUM(TileFormat, kJpg, kWebp, kRaw)

struct TilePath {
  std::string id;
  std::string version;
  PlaneName plane = PlaneName::kXy;
  std::uint32_t level = 0;
  std::int64_t index = 0;
  std::int64_t tx = 0;
  std::int64_t ty = 0;
  TileFormat format = TileFormat::kJpg;
  std::optional<std::array<double, 2>> w;
};
BOOST_DESCRIBE_STRUCT(TilePath, (), (id, version, plane, level, index, tx, ty, format, w))
constexpr auto notes_of(const TilePath* /*unused*/) {
  return type_notes(
      "TilePath", "", FieldNote{.field = "id", .hex_digits = 24}, FieldNote{.field = "version", .hex_digits = 12},
      FieldNote{.field = "plane", .text = "The axis running right, then the axis running down"},
      FieldNote{.field = "index", .text = "Slice along the normal, at that level", .minimum = 0},
      FieldNote{.field = "tx", .text = "Tiles to the right", .minimum = 0},
      FieldNote{.field = "ty", .text = "Tiles down", .minimum = 0},
      FieldNote{.field = "w", .text = "low,high: quantise over this window instead of the preview window"});
}

render::Plane plane_of(PlaneName name) {
  switch (name) {
    case PlaneName::kXy:
      return render::Plane::kXy;
    case PlaneName::kXz:
      return render::Plane::kXz;
    case PlaneName::kZy:
      return render::Plane::kZy;
  }
  return render::Plane::kXy;
}

std::string_view media_type_of(TileFormat format) {
  switch (format) {
    case TileFormat::kJpg:
      return "image/jpeg";
    case TileFormat::kWebp:
      return "image/webp";
    case TileFormat::kRaw:
      return "application/octet-stream";
  }
  return "application/octet-stream";
}

std::optional<Problem> problem_with_window(const TilePath& path) {
  if (!path.w) return std::nullopt;
  std::string reason;
  if (path.format == TileFormat::kRaw) {
    reason = "goes with jpg and webp only: raw tiles are exact";
  } else if (!render::check_window({(*path.w)[0], (*path.w)[1]})) {
    reason = "must be low,high with low < high";
  } else {
    return std::nullopt;
  }
  return parameter_detail::wrong_query_value("w", DecodeError{"", std::move(reason)});
}

Result<Bytes> encode(const TilePath& path, const render::PlaneVoxels& cut, const ValueWindow& preview,
                     render::Compression compression) {
  if (path.format == TileFormat::kRaw) return render::encode_raw(cut, compression);
  const ValueWindow window = path.w ? ValueWindow{(*path.w)[0], (*path.w)[1]} : preview;
  return render::encode_preview(
      cut, window, path.format == TileFormat::kWebp ? render::PreviewFormat::kWebp : render::PreviewFormat::kJpeg);
}

Answer get_tile(const Call& call, const TilePath& path) {
  if (auto problem = problem_with_window(path)) return tl::unexpected(std::move(*problem));
  DatasetShelf& shelf = call.services.shelf;
  const auto dataset = shelf.open_version(path.id, path.version, call.stop);
  if (!dataset) return tl::unexpected(dataset.error());
  const render::ServedImage& image = *(*dataset)->image;

  const bool is_raw = path.format == TileFormat::kRaw;
  ImmutableContent content{.content_type = media_type_of(path.format), .negotiated = is_raw};
  if (is_raw) content.compression = choose_compression(call.request);
  const render::Compression compression = content.compression;
  return serve_immutable(call, std::move(content), [&](net::Headers& extra) -> tl::expected<Bytes, Problem> {
    const render::TileAddress address{plane_of(path.plane), path.level, path.index, path.tx, path.ty};
    const auto cut = render::cut_tile(shelf.context(call.stop), image, address);
    if (!cut) return tl::unexpected(shelf.explain(cut.error()));
    if (is_raw) {
      extra.set("X-Beamport-Shape", fmt::format("{},{}", cut->size.height, cut->size.width));
      extra.set("X-Beamport-Data-Type", std::string(name_of(image.type())));
    }
    auto bytes = encode(path, *cut, image.windows().preview, compression);
    if (!bytes) return tl::unexpected(shelf.explain(bytes.error()));
    return std::move(*bytes);
  });
}

}  // namespace

std::vector<Endpoint> tile_endpoints() {
  return {content_endpoint(
      {.method = "GET",
       .path = "/api/beamport/v1/datasets/{id}/v/{version}/tiles/{plane}/{level}/{index}/{tx}/{ty}.{format}",
       .operation_id = "getTile",
       .tag = "tiles",
       .summary = "A square piece of a slice",
       .description = "jpg and webp are lossy 8-bit previews; raw holds the exact voxels, native type, little endian, "
                      "row by row, with X-Beamport-Shape (h,w) and X-Beamport-Data-Type. The last tile of a row or "
                      "column is cut to the picture's edge.",
       .permission = Permission::kReadDataset,
       .caching = Caching::kImmutable,
       .problems = {400, 404, 410}},
      {"image/jpeg", "image/webp", "application/octet-stream"}, &get_tile)};
}

}  // namespace beamport::api
