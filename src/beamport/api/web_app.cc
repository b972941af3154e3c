// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/web_app.h"

#include <array>
#include <utility>

#include "beamport/crypto/sha256.h"
#include "beamport/net/conditional.h"

namespace beamport::api {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".json", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
}};

}  // namespace

std::string_view content_type_of(std::string_view path) noexcept {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

WebApp::WebApp(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) {
    files_.emplace(file.path,
                   File{.bytes = file.bytes,
                        .content_type = std::string(content_type_of(file.path)),
                        .etag = "W/" + net::format_etag(crypto::to_hex(crypto::sha256(file.bytes)).substr(0, 32))});
  }
}

const WebApp::File* WebApp::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace beamport::api
