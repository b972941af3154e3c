// SPDX-License-Identifier: Apache-2.0
// What the server says about itself: its name and version, that it is alive, and its own description.

#include "beamport/api/openapi.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/base/metrics.h"

namespace beamport::api {
namespace {

struct ServerReply {
  std::string name;
  std::string version;
  std::string api;
};
BOOST_DESCRIBE_STRUCT(ServerReply, (), (name, version, api))
constexpr auto notes_of(const ServerReply* /*unused*/) {
  return type_notes("Server", "Which program answers.", FieldNote{.field = "api", .text = "Version of this API"});
}

struct HealthReply {
  std::string status;
};
BOOST_DESCRIBE_STRUCT(HealthReply, (), (status))
constexpr auto notes_of(const HealthReply* /*unused*/) {
  return type_notes("Health", "", FieldNote{.field = "status", .text = "Always \"ok\": the server answers"});
}

JsonAnswer<ServerReply> get_server(const Call& /*call*/, const NoParameters& /*parameters*/) {
  return ServerReply{.name = "beamport", .version = std::string(program_version()), .api = "v1"};
}

JsonAnswer<HealthReply> get_health(const Call& /*call*/, const NoParameters& /*parameters*/) {
  return HealthReply{.status = "ok"};
}

/// Whether the data can be read: a balancer or a service manager asks that.
JsonAnswer<HealthReply> get_readiness(const Call& call, const NoParameters& /*parameters*/) {
  const auto listing = call.services.shelf.list(call.stop);
  if (!listing) {
    return tl::unexpected(Problem{.status = 503,
                                  .code = "unavailable",
                                  .detail = "The data folder cannot be read now.",
                                  .field = {},
                                  .headers = {}});
  }
  return HealthReply{.status = "ok"};
}

Answer get_metrics(const Call& call, const NoParameters& /*parameters*/) {
  if (!call.services.tells_metrics) return tl::unexpected(not_found("Metrics are switched off here."));
  net::Response response;
  response.headers.add("Content-Type", std::string(Metrics::kContentType));
  response.headers.add("Cache-Control", "no-store");
  response.body = metrics().text();
  return response;
}

Answer get_openapi(const Call& call, const NoParameters& /*parameters*/) {
  static const std::string kDocument = openapi_document();
  return json_response(call.request, kDocument, Caching::kRevalidate);
}

}  // namespace

std::vector<Endpoint> server_endpoints() {
  return {
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/server",
                     .operation_id = "getServer",
                     .tag = "server",
                     .summary = "Name and version of the server",
                     .permission = Permission::kPublic},
                    &get_server),
      content_endpoint({.method = "GET",
                        .path = "/api/beamport/v1/openapi.json",
                        .operation_id = "getOpenapi",
                        .tag = "server",
                        .summary = "This description",
                        .permission = Permission::kPublic},
                       {kJson}, &get_openapi),
      json_endpoint({.method = "GET",
                     .path = "/healthz",
                     .operation_id = "getHealth",
                     .tag = "server",
                     .summary = "Whether the server answers",
                     .permission = Permission::kPublic},
                    &get_health),
      json_endpoint({.method = "GET",
                     .path = "/readyz",
                     .operation_id = "getReadiness",
                     .tag = "server",
                     .summary = "Whether the server can show its data",
                     .permission = Permission::kPublic,
                     .problems = {503}},
                    &get_readiness),
      content_endpoint({.method = "GET",
                        .path = "/metrics",
                        .operation_id = "getMetrics",
                        .tag = "server",
                        .summary = "Numbers for Prometheus",
                        .permission = Permission::kReadMetrics,
                        .problems = {401, 404}},
                       {"text/plain"}, &get_metrics),
  };
}

}  // namespace beamport::api
