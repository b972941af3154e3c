// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tiny OME-Zarr image on disk and a client for an Api that serves it: what the tests of the routes share.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "beamport/api/app.h"
#include "beamport/array/extent.h"
#include "beamport/base/json.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::api {

struct TestDataset {
  std::string generation = "00112233445566778899aabb";  // empty: as another program would write it
  std::string thumbnail = "/9j/";

  static constexpr Extent kFinest{3, 520, 600};
  static constexpr Extent kCoarse{2, 260, 300};
  static constexpr std::string_view kVersion = "001122334455";

  /// Value of a voxel of the finest level; the coarser one holds the same plus 10,000.
  static constexpr std::uint16_t value_at(Point p) { return static_cast<std::uint16_t>(p.z * 5000 + p.y * 7 + p.x); }

  void write(const std::filesystem::path& image) const;
};

/// The id under which an image is served.
[[nodiscard]] std::string id_of(std::string_view relative_path);

using HeaderList = std::vector<std::pair<std::string, std::string>>;

class TestClient {
 public:
  /// One dataset, "scan.ome.zarr"; no front end.
  TestClient();
  explicit TestClient(ApiOptions options);

  [[nodiscard]] net::Response send(std::string_view method, std::string_view target, const HeaderList& headers = {},
                                   std::string_view body = {});
  [[nodiscard]] std::optional<net::Response> send_at_once(std::string_view method, std::string_view target,
                                                          const HeaderList& headers = {});
  [[nodiscard]] net::Response get(std::string_view target, const HeaderList& headers = {}) {
    return send("GET", target, headers);
  }
  /// The body as JSON; null when it is not.
  [[nodiscard]] static Json json_of(const net::Response& response);
  /// The body's bytes, also of a file.
  [[nodiscard]] static std::string text_of(const net::Response& response);
  [[nodiscard]] static std::string header_of(const net::Response& response, std::string_view name);

  [[nodiscard]] const std::filesystem::path& root() const { return directory_.path(); }
  /// "/api/beamport/v1/datasets/<id>/v/<version>" + rest
  [[nodiscard]] static std::string versioned(std::string_view rest);

  /// Builds the Api anew, as after a restart.
  void restart();

 private:
  os::TemporaryDirectory directory_;
  ApiOptions options_;
  std::unique_ptr<Api> api_;
};

}  // namespace beamport::api
