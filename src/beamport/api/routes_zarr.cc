// SPDX-License-Identifier: Apache-2.0
// The plain OME-Zarr image, key by key, for every other tool. The kernel keeps the lookup below the image's folder.

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include "beamport/api/dataset_shelf.h"
#include "beamport/api/resident_key.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/net/conditional.h"
#include "beamport/net/serve_content.h"
#include "beamport/store/rooted_directory.h"

namespace beamport::api {
namespace {

struct ZarrPath {
  std::string id;
  std::string key;
};
BOOST_DESCRIBE_STRUCT(ZarrPath, (), (id, key))
constexpr auto notes_of(const ZarrPath* /*unused*/) {
  return type_notes("ZarrPath", "", FieldNote{.field = "id", .hex_digits = 24},
                    FieldNote{.field = "key", .text = "Zarr key, may hold slashes: zarr.json, 0/c/0/0/0"});
}

std::string_view media_type_of(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const bool is_document =
      name.ends_with(".json") || name == ".zattrs" || name == ".zgroup" || name == ".zarray" || name == ".zmetadata";
  return is_document ? kJson : "application/octet-stream";
}

net::Content content_of(net::FileBody body, std::string_view key) {
  net::Content content;
  // The same as long as nobody rewrote or replaced the file.
  content.etag = net::format_etag(fmt::format("{:x}-{:x}-{:x}", body.inode(), body.size(), body.modified_ns()));
  content.content_type = media_type_of(key);
  content.cache_control = cache_control_of(Caching::kRevalidate);
  content.body = std::move(body);
  return content;
}

Result<net::FileBody> open_key(const std::filesystem::path& image, const std::string& key) {
  BEAMPORT_ASSIGN(const store::RootedDirectory root, store::RootedDirectory::open(image));
  BEAMPORT_ASSIGN(const os::File file, root.open_file(key));
  const int descriptor = ::fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 0);
  if (descriptor < 0) return os::system_error(errno, "open again", file.path());
  return net::FileBody::adopt(descriptor, file.path().string());
}

bool looks_absent(ErrorCode code) {
  return code == ErrorCode::kNotFound || code == ErrorCode::kPermissionDenied || code == ErrorCode::kInvalidArgument;
}

Answer get_zarr_key(const Call& call, const ZarrPath& path) {
  const auto entry = call.services.shelf.find(path.id, call.stop);
  if (!entry) return tl::unexpected(entry.error());
  if (path.key.empty() || call.target.trailing_slash) {
    return tl::unexpected(not_found("This is the root of a Zarr image; ask for a key below it, such as zarr.json."));
  }
  auto body = open_key(entry->path, path.key);
  if (!body && looks_absent(body.error().code)) {
    return tl::unexpected(not_found(fmt::format("There is no key {} in this image.", path.key)));
  }
  if (!body) return tl::unexpected(call.services.shelf.explain(body.error()));
  return net::serve_content(call.request, content_of(std::move(*body), path.key));
}

/// Viewers of others ask for one range after the other of a few shards: names and data are in memory then.
std::optional<Answer> get_zarr_key_at_once(const Call& call, const ZarrPath& path) {
  if (path.key.empty() || call.target.trailing_slash) return std::nullopt;
  const auto entry = call.services.shelf.find_at_once(path.id);
  if (!entry) return std::nullopt;
  auto body = open_resident_key(entry->path, path.key);
  if (!body) return std::nullopt;
  return net::serve_content(call.request, content_of(std::move(*body), path.key));
}

}  // namespace

std::vector<Endpoint> zarr_endpoints() {
  return {with_prompt_handler(
      content_endpoint(
          {.method = "GET",
           .path = "/zarr/{id}/{key...}",
           .operation_id = "getZarrKey",
           .tag = "zarr",
           .summary = "A key of the plain OME-Zarr image",
           .description =
               "Single byte ranges (also suffix ranges), If-Range, If-None-Match and HEAD are honoured. Open to "
               "scripts of other sites.",
           .permission = Permission::kReadDataset,
           .extra_query = ExtraQuery::kIgnored,
           .open_to_other_sites = true,
           .problems = {404, 416}},
          {"application/json", "application/octet-stream"}, &get_zarr_key),
      &get_zarr_key_at_once)};
}

}  // namespace beamport::api
