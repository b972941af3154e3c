// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "commands.h"
#include "console.h"
#include "embedded/web_app_files.h"
#include "quantity.h"
#include <fmt/format.h>

#include "beamport/api/app.h"
#include "beamport/base/log.h"
#include "beamport/net/server.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {
namespace {

constexpr std::chrono::seconds kGrace{10};
// Sending resident files is all the network threads' own work.
constexpr int kWorkersPerNetworkThread = 4;

bool is_loopback(std::string_view address) {
  return address == "::1" || address.starts_with("127.");
}

/// Until sign-in exists everybody who reaches the port may read everything; that must be a decision, not an accident.
Result<void> check_address(const ServeOptions& options) {
  if (is_loopback(options.address) || options.allow_anonymous) return {};
  return fail(
      ErrorCode::kPermissionDenied,
      fmt::format("listening on {} would show all data to everybody on the network; use 127.0.0.1 (with a proxy that "
                  "authenticates in front), or say --allow-anonymous if that is what you want",
                  options.address));
}

Result<api::ApiOptions> api_options_of(const ServeOptions& options) {
  api::ApiOptions result;
  result.data_root = options.data;
  result.embedded_files = web_app_files();
  result.allowed_hosts = options.host_names;
  result.cors_origin = options.cors_origin;
  BEAMPORT_ASSIGN(const std::int64_t cache, parse_bytes(options.cache).map_error(in_context("--cache")));
  result.cache_budget_bytes = static_cast<std::uint64_t>(cache);
  return result;
}

void wait_for(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any fired;
  std::unique_lock lock(mutex);
  fired.wait(lock, stop, [] { return false; });
}

}  // namespace

Result<void> run_serve(const ServeOptions& options) {
  log::configure(options.verbose ? log::Level::kDebug : log::Level::kInfo,
                 options.json ? log::Style::kJson : log::Style::kPlain);
  BEAMPORT_TRY(check_address(options));
  if (options.port < 0 || options.port > 65535) return fail(ErrorCode::kInvalidArgument, "--port: choose 0 to 65535");
  BEAMPORT_ASSIGN(const api::ApiOptions api_options, api_options_of(options));
  const os::StopSignals signals;
  BEAMPORT_ASSIGN(const auto api, api::Api::create(api_options));

  net::ServerOptions server_options;
  server_options.address = options.address;
  server_options.port = static_cast<std::uint16_t>(options.port);
  server_options.worker_threads = thread_count(options.threads);
  server_options.network_threads = std::clamp(server_options.worker_threads / kWorkersPerNetworkThread, 1, 8);
  BEAMPORT_ASSIGN(const auto server, net::Server::start(
                                         server_options,
                                         [&](const net::Request& request, const std::stop_token& stop) {
                                           return api->handle(request, stop);
                                         },
                                         [&](const net::Request& request) { return api->handle_at_once(request); }));
  // Scripts wait for this line on standard output and read the port from it.
  print_out("Beamport is at http://{}:{}\n",
            options.address.find(':') == std::string::npos ? options.address : "[" + options.address + "]",
            server->port());
  wait_for(signals.token());
  log::info("stopping: waiting up to {} s for requests under way", kGrace.count());
  server->stop(kGrace);
  return {};
}

}  // namespace beamport::app
