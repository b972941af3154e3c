// SPDX-License-Identifier: Apache-2.0
// The web front end. Pages have one document; what the front end shows at /d/{id} it decides itself.

#include <fmt/format.h>

#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/net/serve_content.h"

namespace beamport::api {
namespace {

struct PagePath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(PagePath, (), (id))
constexpr auto notes_of(const PagePath* /*unused*/) {
  return type_notes("PagePath", "", FieldNote{.field = "id", .hex_digits = 24});
}

struct FilePath {
  std::string file;
};
BOOST_DESCRIBE_STRUCT(FilePath, (), (file))
constexpr auto notes_of(const FilePath* /*unused*/) {
  return type_notes("FilePath", "");
}

constexpr std::string_view kNoAppPage =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Beamport</title>\n"
    "<h1>Beamport is running</h1>\n<p>This build has no web front end inside. The data is served all the same: "
    "see <a href=\"/api/beamport/v1/datasets\">/api/beamport/v1/datasets</a>.</p>\n</html>\n";

net::Response send(const Call& call, const WebApp::File& file, Caching caching) {
  net::Content content;
  content.body = net::SharedBytes{.owner = nullptr, .bytes = file.bytes};
  content.content_type = file.content_type;
  content.etag = file.etag;
  content.cache_control = cache_control_of(caching);
  return net::serve_content(call.request, std::move(content));
}

net::Response send_index(const Call& call) {
  if (const WebApp::File* index = call.services.app.find("index.html")) {
    return send(call, *index, Caching::kRevalidate);
  }
  net::Content content;
  content.body = std::string(kNoAppPage);
  content.content_type = content_type_of("index.html");
  content.cache_control = cache_control_of(Caching::kRevalidate);
  return net::serve_content(call.request, std::move(content));
}

Answer get_home(const Call& call, const NoParameters& /*parameters*/) {
  return send_index(call);
}

/// Also for datasets that do not exist: the page says so, in the same words for those that may not be seen.
Answer get_dataset_page(const Call& call, const PagePath& /*path*/) {
  return send_index(call);
}

Answer get_asset(const Call& call, const FilePath& path) {
  const WebApp::File* file = call.services.app.find("assets/" + path.file);
  if (file == nullptr) return tl::unexpected(not_found("The front end has no such file. Reload the page."));
  return send(call, *file, Caching::kImmutable);
}

Answer get_top_file(const Call& call, const FilePath& path) {
  const WebApp::File* file = call.services.app.find(path.file);
  if (file == nullptr) return tl::unexpected(not_found("There is nothing at this address."));
  return send(call, *file, Caching::kRevalidate);
}

EndpointText page(std::string_view path, std::string_view operation_id, std::string_view summary) {
  return {.method = "GET",
          .path = path,
          .operation_id = operation_id,
          .tag = "app",
          .summary = summary,
          .permission = Permission::kPublic,
          .extra_query = ExtraQuery::kIgnored,
          .documented = false};
}

}  // namespace

std::vector<Endpoint> app_endpoints() {
  return {
      content_endpoint(page("/", "getHomePage", "The front end"), {"text/html"}, &get_home),
      content_endpoint(page("/d/{id}", "getDatasetPage", "The viewer"), {"text/html"}, &get_dataset_page),
      content_endpoint(page("/assets/{file...}", "getAsset", "A file whose name changes with its content"),
                       {"application/octet-stream"}, &get_asset),
      content_endpoint(page("/{file}", "getTopFile", "Icons and the like"), {"application/octet-stream"},
                       &get_top_file),
  };
}

}  // namespace beamport::api
