// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/accept_encoding.h"

#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

// Weights in thousandths: a qvalue has at most three decimals.
constexpr int kFullWeight = 1000;

// "0", "0.5", "1.000"; nothing when malformed.
std::optional<int> parse_weight(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = (text[0] - '0') * kFullWeight;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return std::nullopt;
  int place = kFullWeight / 10;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * place;
    place /= 10;
  }
  if (weight > kFullWeight) return std::nullopt;
  return weight;
}

// The weight after the coding's name: "" or "q=0.5". Nothing when malformed.
std::optional<int> weight_of(std::string_view parameters) noexcept {
  if (parameters.empty()) return kFullWeight;
  const std::string_view name = next_item(parameters, '=');
  if (!equal_ignoring_case(name, "q")) return std::nullopt;
  return parse_weight(trim(parameters));
}

struct Weights {
  std::optional<int> zstd;
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
};

Weights parse_weights(std::string_view list) noexcept {
  Weights weights;
  while (!list.empty()) {
    std::string_view item = next_item(list, ',');
    const std::string_view name = next_item(item, ';');
    const auto weight = weight_of(trim(item));
    if (!weight) continue;
    if (equal_ignoring_case(name, "zstd")) weights.zstd = weight;
    if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) weights.gzip = weight;
    if (equal_ignoring_case(name, "identity")) weights.identity = weight;
    if (name == "*") weights.any = weight;
  }
  return weights;
}

}  // namespace

std::string_view token_of(ContentCoding coding) noexcept {
  switch (coding) {
    case ContentCoding::kZstd:
      return "zstd";
    case ContentCoding::kGzip:
      return "gzip";
    case ContentCoding::kIdentity:
      break;
  }
  return {};
}

ContentCoding choose_coding(std::optional<std::string_view> accept_encoding) noexcept {
  if (!accept_encoding) return ContentCoding::kIdentity;
  const Weights weights = parse_weights(*accept_encoding);
  const int unlisted = weights.any.value_or(0);
  const int zstd = weights.zstd.value_or(unlisted);
  const int gzip = weights.gzip.value_or(unlisted);
  // Identity is always acceptable, but a client that lists codings without it would rather have those.
  const int identity = weights.identity.value_or(0);
  if (zstd > 0 && zstd >= gzip && zstd >= identity) return ContentCoding::kZstd;
  if (gzip > 0 && gzip >= identity) return ContentCoding::kGzip;
  return ContentCoding::kIdentity;
}

}  // namespace beamport::net
