// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/immutable_content.h"

#include "beamport/crypto/sha256.h"
#include "beamport/net/accept_encoding.h"
#include "beamport/net/conditional.h"
#include "beamport/net/serve_content.h"

namespace beamport::api {
namespace {

std::string_view token_of(render::Compression compression) {
  switch (compression) {
    case render::Compression::kIdentity:
      return "";
    case render::Compression::kGzip:
      return net::token_of(net::ContentCoding::kGzip);
    case render::Compression::kZstd:
      return net::token_of(net::ContentCoding::kZstd);
  }
  return "";
}

}  // namespace

render::Compression choose_compression(const net::Request& request) {
  switch (net::choose_coding(request.headers.find("Accept-Encoding"))) {
    case net::ContentCoding::kIdentity:
      return render::Compression::kIdentity;
    case net::ContentCoding::kGzip:
      return render::Compression::kGzip;
    case net::ContentCoding::kZstd:
      return render::Compression::kZstd;
  }
  return render::Compression::kIdentity;
}

Answer serve_immutable(const Call& call, ImmutableContent content, const MakeBytes& make) {
  const std::string_view coding = token_of(content.compression);
  crypto::Sha256 hash;
  hash.update(as_byte_view(call.request.target));
  hash.update(as_byte_view(coding));
  net::Content answer;
  answer.etag = net::format_etag(crypto::to_hex(hash.finish()).substr(0, 32));
  answer.content_type = content.content_type;
  answer.cache_control = cache_control_of(Caching::kImmutable);
  if (content.negotiated) content.extra.set("Vary", "Accept-Encoding");
  const auto if_none_match = call.request.headers.find("If-None-Match");
  if (!if_none_match || !net::none_match_names(*if_none_match, answer.etag)) {
    auto bytes = make(content.extra);
    if (!bytes) return tl::unexpected(std::move(bytes).error());
    if (!coding.empty()) content.extra.set("Content-Encoding", std::string(coding));
    const auto owner = std::make_shared<const Bytes>(std::move(*bytes));
    answer.body = net::SharedBytes{.owner = owner, .bytes = *owner};
  }
  answer.extra = std::move(content.extra);
  return net::serve_content(call.request, std::move(answer));
}

}  // namespace beamport::api
