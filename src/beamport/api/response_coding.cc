// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/response_coding.h"

#include <algorithm>
#include <array>

#include "beamport/net/accept_encoding.h"
#include "beamport/render/tile_encode.h"

namespace beamport::api {
namespace {

constexpr std::size_t kSmallestBytes = 1024;
constexpr std::array<std::string_view, 4> kTextTypes{"application/json", "text/", "image/svg+xml",
                                                     "application/problem+json"};

bool is_text(const net::Response& response) {
  const std::string_view type = response.headers.find("Content-Type").value_or("");
  return std::any_of(kTextTypes.begin(), kTextTypes.end(),
                     [&](std::string_view prefix) { return type.starts_with(prefix); });
}

/// Null for a file.
const ByteView* view_of(const net::Body& body, ByteView& storage) {
  if (const auto* text = std::get_if<std::string>(&body)) {
    storage = as_byte_view(*text);
  } else if (const auto* shared = std::get_if<net::SharedBytes>(&body)) {
    storage = shared->bytes;
  } else {
    return nullptr;
  }
  return &storage;
}

}  // namespace

void compress_text(const net::Request& request, net::Response& response) {
  ByteView storage;
  const ByteView* bytes = view_of(response.body, storage);
  if (bytes == nullptr || !is_text(response) || response.headers.find("Content-Encoding")) return;
  response.headers.add("Vary", "Accept-Encoding");
  if (response.status != 200 || bytes->size() < kSmallestBytes) return;
  const net::ContentCoding coding = net::choose_coding(request.headers.find("Accept-Encoding"));
  if (coding == net::ContentCoding::kIdentity) return;
  const auto packed = render::compress(
      *bytes, coding == net::ContentCoding::kZstd ? render::Compression::kZstd : render::Compression::kGzip);
  if (!packed) return;  // the plain text is as good
  response.headers.set("Content-Encoding", std::string(net::token_of(coding)));
  response.headers.set("Accept-Ranges", "none");
  response.body = std::string(as_text(*packed));
}

}  // namespace beamport::api
