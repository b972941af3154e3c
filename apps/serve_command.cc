// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "catalog_setup.h"
#include "commands.h"
#include "configuration_check.h"
#include "console.h"
#include "embedded/web_app_files.h"
#include "ingest_setup.h"
#include "quantity.h"
#include <fmt/format.h>

#include "beamport/api/app.h"
#include "beamport/base/log.h"
#include "beamport/net/server.h"
#include "beamport/os/service_notify.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {
namespace {

constexpr std::chrono::seconds kGrace{5};  // with the parking of conversions less than ten
// Sending resident files is all the network threads' own work.
constexpr int kWorkersPerNetworkThread = 4;

/// From the command line or from the configuration.
struct ServeSetup {
  net::ServerOptions server;
  api::ApiOptions api;
  bool allow_anonymous = false;
  std::unique_ptr<catalog::Catalog> catalog;      // null: a server without accounts
  std::unique_ptr<ingest::IngestService> ingest;  // null: images are only shown
};

bool is_loopback(std::string_view address) {
  return address == "::1" || address.starts_with("127.");
}

/// Until sign-in exists everybody who reaches the port may read everything; that must be a decision, not an accident.
Result<void> check_address(const ServeSetup& setup) {
  if (is_loopback(setup.server.address) || setup.allow_anonymous || setup.catalog) return {};
  return fail(
      ErrorCode::kPermissionDenied,
      fmt::format("listening on {} would show all data to everybody on the network; use 127.0.0.1 (with a proxy that "
                  "authenticates in front), or say --allow-anonymous if that is what you want",
                  setup.server.address));
}

void share_threads(net::ServerOptions& server, int threads) {
  server.worker_threads = thread_count(threads);
  server.network_threads = std::clamp(server.worker_threads / kWorkersPerNetworkThread, 1, 8);
}

Result<ServeSetup> setup_of(const ServeOptions& options) {
  log::configure(options.verbose ? log::Level::kDebug : log::Level::kInfo,
                 options.json ? log::Style::kJson : log::Style::kPlain);
  if (options.port < 0 || options.port > 65535) return fail(ErrorCode::kInvalidArgument, "--port: choose 0 to 65535");
  ServeSetup setup;
  setup.server.address = options.address;
  setup.server.port = static_cast<std::uint16_t>(options.port);
  share_threads(setup.server, options.threads);
  setup.allow_anonymous = options.allow_anonymous;
  setup.api.access.anonymous_may_read_metrics = is_loopback(options.address);
  setup.api.data_root = options.data;
  setup.api.allowed_hosts = options.host_names;
  setup.api.cors_origin = options.cors_origin;
  BEAMPORT_ASSIGN(const std::int64_t cache, parse_bytes(options.cache).map_error(in_context("--cache")));
  setup.api.cache_budget_bytes = static_cast<std::uint64_t>(cache);
  return setup;
}

Result<ServeSetup> setup_of(const Configuration& configuration) {
  log::configure(configuration.log.level, configuration.log.style);
  const ServerSettings& server = configuration.server;
  ServeSetup setup;
  setup.server.address = server.address;
  setup.server.port = server.port;
  share_threads(setup.server, server.threads);
  setup.allow_anonymous = server.allow_anonymous;
  BEAMPORT_ASSIGN(setup.ingest, open_ingest(configuration));
  setup.api.data_root = server.data;
  setup.api.allowed_hosts = server.host_names;
  setup.api.cors_origin = server.cors_origin;
  setup.api.cache_budget_bytes = static_cast<std::uint64_t>(server.cache_bytes);
  setup.api.desk = setup.ingest.get();
  setup.api.tells_metrics = configuration.metrics.enabled;
  if (configuration.accounts.enabled) {
    BEAMPORT_ASSIGN(setup.catalog, open_catalog(configuration));
    setup.api.catalog = setup.catalog.get();
    setup.api.beamline = configuration.accounts.beamline;
    setup.api.access.anonymous_may_read_datasets = false;
  }
  setup.api.access.anonymous_may_read_metrics = configuration.metrics.anonymous || is_loopback(server.address);
  for (const TokenSettings& token : configuration.tokens) setup.api.ingest_tokens.push_back(token.secret);
  return setup;
}

Result<ServeSetup> choose_setup(const ServeOptions& options) {
  if (options.config.empty() == options.data.empty()) {
    return fail(ErrorCode::kInvalidArgument, "say either --data DIRECTORY or --config FILE");
  }
  if (options.config.empty()) return setup_of(options);
  BEAMPORT_ASSIGN(const Configuration configuration, load_configuration(options.config, process_environment()));
  return setup_of(configuration);
}

/// Tells the service manager, if there is one, that the process is alive.
void wait_for(const std::stop_token& stop, const os::ServiceNotify& manager) {
  std::mutex mutex;
  std::condition_variable_any fired;
  std::unique_lock lock(mutex);
  const auto watchdog = manager.watchdog();
  while (!stop.stop_requested()) {
    if (watchdog) {
      fired.wait_for(lock, stop, *watchdog / 2, [] { return false; });
      static_cast<void>(manager.alive());
    } else {
      fired.wait(lock, stop, [] { return false; });
    }
  }
}

}  // namespace

Result<void> run_serve(const ServeOptions& options) {
  const os::ServiceNotify manager = os::ServiceNotify::from_environment();
  BEAMPORT_ASSIGN(ServeSetup setup, choose_setup(options));
  BEAMPORT_TRY(check_address(setup));
  setup.api.embedded_files = web_app_files();
  const os::StopSignals signals;
  BEAMPORT_ASSIGN(const auto api, api::Api::create(setup.api));
  const std::string address = setup.server.address;
  BEAMPORT_ASSIGN(const auto server, net::Server::start(
                                         setup.server,
                                         [&](const net::Request& request, const std::stop_token& stop) {
                                           return api->handle(request, stop);
                                         },
                                         [&](const net::Request& request) { return api->handle_at_once(request); }));
  if (setup.ingest) setup.ingest->start();
  // Scripts wait for this line on standard output and read the port from it.
  print_out("Beamport is at http://{}:{}\n", address.find(':') == std::string::npos ? address : "[" + address + "]",
            server->port());
  static_cast<void>(manager.ready());
  wait_for(signals.token(), manager);
  static_cast<void>(manager.stopping());
  log::info("stopping: conversions are parked, requests under way get up to {} s", kGrace.count());
  if (setup.ingest) setup.ingest->stop();
  server->stop(kGrace);
  return {};
}

}  // namespace beamport::app
