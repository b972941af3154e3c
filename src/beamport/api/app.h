// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything the server answers, as one function from request to response: host check, routing, permission, handler,
// headers, log line. Never throws. Thread-safe; outlives every request under way.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/api/permission.h"
#include "beamport/api/web_app.h"
#include "beamport/base/result.h"
#include "beamport/catalog/catalog.h"
#include "beamport/ingest/ingest_desk.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

struct ApiOptions {
  std::filesystem::path data_root{};               // a folder of *.zarr images, or one image
  std::span<const EmbeddedFile> embedded_files{};  // the front end; must outlive the Api
  std::vector<std::string> allowed_hosts{};        // besides localhost: names under which the server may be asked
  std::uint64_t cache_budget_bytes = std::uint64_t{512} << 20;  // decoded chunks
  ingest::IngestDesk* desk = nullptr;                           // takes scans in; must outlive the Api
  bool tells_metrics = true;                                    // under /metrics
  std::vector<std::string> ingest_tokens{};                     // of programs that may hand scans in
  std::string cors_origin = "*";                                // who may read /zarr from other sites
  catalog::Catalog* catalog = nullptr;                          // makes it a server with accounts; must outlive the Api
  std::string beamline = "Beamline";                            // with accounts: whose datasets these are
  AccessPolicy access{.anonymous_may_read_datasets = true, .anonymous_may_read_metrics = true};
};

class Api {
 public:
  /// Fails when the data folder cannot be listed, or when the endpoint table is wrong (router.h).
  [[nodiscard]] static Result<std::unique_ptr<Api>> create(const ApiOptions& options);

  virtual ~Api() = default;
  [[nodiscard]] virtual net::Response handle(const net::Request& request, std::stop_token stop) noexcept = 0;
  /// The same answer when it takes no waiting, else nothing. For the network thread.
  [[nodiscard]] virtual std::optional<net::Response> handle_at_once(const net::Request& request) noexcept = 0;
};

}  // namespace beamport::api
