// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/app.h"

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "beamport/api/access_control.h"
#include "beamport/api/bearer_token.h"
#include "beamport/api/dataset_register.h"
#include "beamport/api/dataset_shelf.h"
#include "beamport/api/host_list.h"
#include "beamport/api/response_coding.h"
#include "beamport/api/response_headers.h"
#include "beamport/api/router.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/base/log.h"

namespace beamport::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kNothingHere = "There is nothing at this address.";

Problem wrong_host() {
  return {.status = 421,
          .code = "host_not_allowed",
          .detail =
              "This server is not known under that name. Ask under http://localhost, or add the name to the "
              "server's allowed hosts.",
          .field = {},
          .headers = {}};
}

Problem wrong_method(const std::vector<std::string>& allow, std::string_view method) {
  Problem problem{.status = 405,
                  .code = "method_not_allowed",
                  .detail = fmt::format("{} does not work here; {} does.", method, fmt::join(allow, ", ")),
                  .field = {},
                  .headers = {}};
  problem.headers.set("Allow", fmt::format("{}", fmt::join(allow, ", ")));
  return problem;
}

/// The id in the path, as the permission decision wants it.
std::string_view dataset_in(const PathParameters& path) {
  const std::string* id = parameter_detail::find_in(path, "id");
  return id != nullptr ? std::string_view(*id) : std::string_view();
}

/// What one person may see, a proxy must not keep for the next one.
void keep_from_shared_caches(net::Response& response) {
  constexpr std::string_view kPublic = "public,";
  const std::string caching(response.headers.find("Cache-Control").value_or(""));
  if (!caching.starts_with(kPublic)) return;
  response.headers.set("Cache-Control", "private," + caching.substr(kPublic.size()));
}

/// One line a request. The query stays out: it may carry tokens one day. A 404 is everyday: an absent Zarr chunk.
void log_access(const net::Request& request, const net::Response& response, Clock::time_point begin) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  const std::string line = fmt::format("{} {} {} {} bytes {:.1f} ms {}", request.method, path, response.status,
                                       net::body_size(response.body), ms, request.id);
  const bool is_everyday = response.status < 400 || response.status == 404;
  log::write(is_everyday ? log::Level::kDebug : log::Level::kInfo, line);
}

class TableApi final : public Api {
 public:
  TableApi(const ApiOptions& options, Router router, BearerTokens tokens, std::shared_ptr<DatasetShelf> shelf,
           std::shared_ptr<DatasetRegister> entries)
      : router_(std::move(router)),
        access_(std::make_shared<const AccessControl>(options.access, std::move(tokens), options.catalog)),
        catalog_(options.catalog),
        beamline_(options.beamline),
        desk_(options.desk),
        tells_metrics_(options.tells_metrics),
        shelf_(std::move(shelf)),
        register_(std::move(entries)),
        app_(options.embedded_files),
        hosts_(options.allowed_hosts),
        cors_origin_(options.cors_origin) {}

  net::Response handle(const net::Request& request, std::stop_token stop) noexcept override {
    const auto begin = Clock::now();
    try {
      net::Response response = answer(request, std::move(stop));
      log_access(request, response, begin);
      return response;
    } catch (const std::exception& exception) {
      return failed(request, exception.what());
    } catch (...) {
      return failed(request, "an exception that is none of the standard ones");
    }
  }

  std::optional<net::Response> handle_at_once(const net::Request& request) noexcept override {
    const auto begin = Clock::now();
    try {
      Router::Found found;
      std::optional<Answer> outcome = route(request, {}, found, Handling::kAtOnce);
      if (!outcome) return std::nullopt;
      net::Response response = finish(request, std::move(*outcome), found);
      log_access(request, response, begin);
      return response;
    } catch (...) {  // handle() meets the same and says so
      return std::nullopt;
    }
  }

 private:
  enum class Handling : std::uint8_t { kWhole, kAtOnce };

  net::Response answer(const net::Request& request, std::stop_token stop) {
    Router::Found found;
    std::optional<Answer> outcome = route(request, std::move(stop), found, Handling::kWhole);
    return finish(request, std::move(*outcome), found);
  }

  net::Response finish(const net::Request& request, Answer outcome, const Router::Found& found) const {
    net::Response response = outcome ? std::move(*outcome) : to_response(outcome.error(), request.id);
    if (catalog_ != nullptr && found.endpoint != nullptr && found.endpoint->text.permission != Permission::kPublic) {
      keep_from_shared_caches(response);
    }
    compress_text(request, response);
    add_security_headers(response, found.open_to_other_sites);
    if (found.open_to_other_sites) add_cors_headers(response, cors_origin_);
    return response;
  }

  /// Always an answer when it may take time; nothing when it may not and would have to.
  std::optional<Answer> route(const net::Request& request, std::stop_token stop, Router::Found& found,
                              Handling handling) {
    if (!hosts_.allows(request.headers.find("Host").value_or(""))) return Answer(tl::unexpected(wrong_host()));
    const auto target = net::parse_target(request.target);
    if (!target) return Answer(tl::unexpected(problem_from(target.error())));
    found = router_.find(request.method, *target);
    if (handling == Handling::kAtOnce && (found.endpoint == nullptr || !found.endpoint->at_once)) return std::nullopt;
    if (found.allow.empty()) return Answer(tl::unexpected(not_found(std::string(kNothingHere))));
    if (request.method == "OPTIONS") return options_response(found.allow, found.open_to_other_sites);
    if (found.endpoint == nullptr) return Answer(tl::unexpected(wrong_method(found.allow, request.method)));
    const auto asking = access_->principal_of(request);
    if (!asking) return Answer(tl::unexpected(problem_from(asking.error())));
    const Principal& principal = *asking;
    const Permission permission = found.endpoint->text.permission;
    const std::string_view dataset = dataset_in(found.path);
    const Decision decision = access_->decide(principal, permission, dataset);
    if (decision == Decision::kSignIn) return Answer(tl::unexpected(sign_in_first()));
    if (decision == Decision::kForbid) return Answer(tl::unexpected(forbidden()));
    if (decision != Decision::kAllow) {
      return Answer(tl::unexpected(dataset.empty() ? not_found(std::string(kNothingHere)) : no_such_dataset(dataset)));
    }
    Services services{.shelf = *shelf_,
                      .app = app_,
                      .access = *access_,
                      .catalog = catalog_,
                      .beamline = beamline_,
                      .desk = desk_,
                      .tells_metrics = tells_metrics_};
    const Call call{request, *target, principal, services, std::move(stop)};
    if (handling == Handling::kAtOnce) return found.endpoint->at_once(call, found.path);
    return found.endpoint->handler(call, found.path);
  }

  static net::Response failed(const net::Request& request, const char* what) noexcept {
    net::Response response;
    response.status = 500;
    try {
      log::error("{} {}: {} ({})", request.method, request.target.substr(0, request.target.find('?')), what,
                 request.id);
      response = to_response(problem_from({ErrorCode::kInternal, what, std::source_location::current()}), request.id);
      add_security_headers(response, false);
    } catch (...) {  // no memory even for the problem: the bare status has to do
      response.status = 500;
    }
    return response;
  }

  const Router router_;
  const std::shared_ptr<const AccessControl> access_;
  catalog::Catalog* const catalog_;
  const std::string beamline_;
  ingest::IngestDesk* const desk_;
  const bool tells_metrics_;
  const std::shared_ptr<DatasetShelf> shelf_;
  const std::shared_ptr<DatasetRegister> register_;  // after the shelf, which it uses; null without accounts
  const WebApp app_;
  const HostList hosts_;
  const std::string cors_origin_;
};

}  // namespace

Result<std::unique_ptr<Api>> Api::create(const ApiOptions& options) {
  try {
    BEAMPORT_ASSIGN(Router router, Router::build(all_endpoints()));
    BEAMPORT_ASSIGN(BearerTokens tokens, BearerTokens::create(options.ingest_tokens));
    BEAMPORT_ASSIGN(std::shared_ptr<DatasetShelf> shelf,
                    DatasetShelf::create(options.data_root, {.cache_budget_bytes = options.cache_budget_bytes}));
    std::shared_ptr<DatasetRegister> entries;
    if (options.catalog != nullptr) {
      entries = std::make_shared<DatasetRegister>(*options.catalog, *shelf, options.beamline);
    }
    if (options.desk != nullptr) {
      // The desk may outlive the Api and its shelf: the listener looks whether that is still there.
      options.desk->listen([weak = std::weak_ptr(shelf)](const ingest::ScanView& scan) {
        const auto alive = weak.lock();
        if (alive) alive->growing().note(scan);
        return alive != nullptr;
      });
      options.desk->listen([weak = std::weak_ptr(entries)](const ingest::ScanView& scan) {
        const auto alive = weak.lock();
        if (alive) alive->note(scan.dataset_path);
        return alive != nullptr;
      });
      BEAMPORT_ASSIGN(const auto open, options.desk->list({.open_only = true, .before = 0, .limit = 1000}));
      for (const ingest::ScanView& scan : open) {
        shelf->growing().note(scan);
        if (entries) entries->note(scan.dataset_path);
      }
    }
    return std::make_unique<TableApi>(options, std::move(router), std::move(tokens), std::move(shelf),
                                      std::move(entries));
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, fmt::format("start the API: {}", exception.what()));
  }
}

}  // namespace beamport::api
