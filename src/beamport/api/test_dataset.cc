// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/test_dataset.h"

#include <fmt/format.h>
#include <unistd.h>

#include "beamport/array/box.h"
#include "beamport/array/volume_statistics.h"
#include "beamport/base/bytes.h"
#include "beamport/base/check.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/os/file.h"
#include "beamport/zarr/image_metadata.h"

namespace beamport::api {
namespace {

namespace fs = std::filesystem;

constexpr Extent kChunk{2, 256, 256};

void write_file(const fs::path& path, ByteView content) {
  fs::create_directories(path.parent_path());
  fs::remove(path);  // a new file, so that its identity changes as well
  auto file = os::File::create(path, os::File::Create::kNew);
  BEAMPORT_CHECK(file && file->write_all(0, content));
}

Json array_document(Extent extent) {
  return *parse_json(fmt::format(
      R"({{"zarr_format":3,"node_type":"array","shape":[{},{},{}],"data_type":"uint16","fill_value":0,)"
      R"("chunk_grid":{{"name":"regular","configuration":{{"chunk_shape":[{},{},{}]}}}},)"
      R"("chunk_key_encoding":{{"name":"default","configuration":{{"separator":"/"}}}},)"
      R"("codecs":[{{"name":"bytes","configuration":{{"endian":"little"}}}}],"dimension_names":["z","y","x"]}})",
      extent.z, extent.y, extent.x, kChunk.z, kChunk.y, kChunk.x));
}

void write_chunk(const fs::path& level, Extent extent, Point place, std::uint16_t offset) {
  static_assert(std::endian::native == std::endian::little, "chunks are written as they lie in memory");
  std::vector<std::uint16_t> voxels(static_cast<std::size_t>(kChunk.volume()));
  const Point origin{place.z * kChunk.z, place.y * kChunk.y, place.x * kChunk.x};
  const Box box = intersection(Box::at(origin, kChunk), Box::whole(extent));
  for (std::int64_t z = box.begin.z; z < box.end.z; ++z) {
    for (std::int64_t y = box.begin.y; y < box.end.y; ++y) {
      std::uint16_t* row = voxels.data() + linear_index({z - origin.z, y - origin.y, 0}, kChunk);
      const int first = TestDataset::value_at({z, y, origin.x}) + offset;
      for (int i = 0; i < box.end.x - origin.x; ++i) row[i] = static_cast<std::uint16_t>(first + i);
    }
  }
  write_file(level / fmt::format("c/{}/{}/{}", place.z, place.y, place.x), std::as_bytes(std::span(voxels)));
}

void write_level(const fs::path& level, Extent extent, std::uint16_t offset) {
  write_file(level / "zarr.json", as_byte_view(write_json(array_document(extent))));
  const Extent grid = grid_of(extent, kChunk);
  for (std::int64_t z = 0; z < grid.z; ++z) {
    for (std::int64_t y = 0; y < grid.y; ++y) {
      for (std::int64_t x = 0; x < grid.x; ++x) write_chunk(level, extent, {z, y, x}, offset);
    }
  }
}

VolumeStatistics some_statistics() {
  VolumeStatistics statistics;
  statistics.voxel_count = static_cast<std::uint64_t>(TestDataset::kFinest.volume());
  statistics.max = TestDataset::value_at({2, 519, 599});
  statistics.mean = 7000.5;
  statistics.percentiles = {{0.1, 100}, {99.9, 14000}};
  statistics.histogram = {0, statistics.max, 0, 0, std::vector<std::uint64_t>(Histogram::kBins, 3)};
  return statistics;
}

}  // namespace

void TestDataset::write(const fs::path& image) const {
  zarr::ImageMetadata metadata;
  metadata.name = "scan";
  metadata.levels = {kFinest, kCoarse};
  metadata.voxel_size_um = {0.65, 0.65, 0.65};
  if (generation.empty()) {
    metadata.window = zarr::DisplayWindow{0, 16000, 10, 9000};
  } else {
    metadata.beamport = JsonObject{
        {"schema", 1},
        {"generation", generation},
        {"source", JsonObject{{"name", "recon_001"}, {"slices", 3}, {"notes", JsonArray{Json("float64 narrowed")}}}},
        {"statistics", to_json(some_statistics())},
        {"thumbnails", JsonObject{{"xy", thumbnail}, {"xz", thumbnail}, {"zy", thumbnail}}}};
  }
  write_level(image / "0", kFinest, 0);
  write_level(image / "1", kCoarse, 10'000);
  write_file(image / "zarr.json", as_byte_view(write_json(zarr::group_document(metadata))));
}

std::string id_of(std::string_view relative_path) {
  return catalog::dataset_id_of(relative_path).text();
}

TestClient::TestClient() : TestClient(ApiOptions{}) {}

TestClient::TestClient(ApiOptions options)
    : directory_(std::move(*os::TemporaryDirectory::create())), options_(std::move(options)) {
  TestDataset().write(root() / "scan.ome.zarr");
  options_.data_root = root();
  restart();
}

void TestClient::restart() {
  auto api = Api::create(options_);
  BEAMPORT_CHECK(api.has_value());
  api_ = std::move(*api);
}

namespace {

net::Request request_of(std::string_view method, std::string_view target, const HeaderList& headers) {
  net::Request request;
  request.method = method;
  request.target = target;
  request.headers.set("Host", "localhost:8080");
  for (const auto& [name, value] : headers) request.headers.set(name, value);
  request.peer = "127.0.0.1:5";
  request.id = "request-1";
  return request;
}

}  // namespace

net::Response TestClient::send(std::string_view method, std::string_view target, const HeaderList& headers,
                               std::string_view body) {
  net::Request request = request_of(method, target, headers);
  const ByteView bytes = as_byte_view(body);
  request.body.assign(bytes.begin(), bytes.end());
  return api_->handle(request, {});
}

std::optional<net::Response> TestClient::send_at_once(std::string_view method, std::string_view target,
                                                      const HeaderList& headers) {
  return api_->handle_at_once(request_of(method, target, headers));
}

Json TestClient::json_of(const net::Response& response) {
  return parse_json(text_of(response)).value_or(Json());
}

std::string TestClient::text_of(const net::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<net::SharedBytes>(&response.body)) return std::string(as_text(shared->bytes));
  const auto& file = std::get<net::FileBody>(response.body);
  std::string text(file.range().length, '\0');
  const ::ssize_t count =
      ::pread(file.descriptor(), text.data(), text.size(), static_cast<::off_t>(file.range().offset));
  BEAMPORT_CHECK(count >= 0 && static_cast<std::size_t>(count) == text.size());
  return text;
}

std::string TestClient::header_of(const net::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

std::string TestClient::versioned(std::string_view rest) {
  return fmt::format("/api/beamport/v1/datasets/{}/v/{}{}", id_of("scan.ome.zarr"), TestDataset::kVersion, rest);
}

}  // namespace beamport::api
