// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/source_identity.h"

#include <algorithm>

#include <fmt/format.h>

#include "beamport/crypto/sha256.h"
#include "beamport/image/file_pattern.h"
#include "beamport/image/landing_names.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kDigestBytes = 12;

std::string short_digest(crypto::Sha256& hash) {
  const crypto::Sha256Digest digest = hash.finish();
  return crypto::to_hex(ByteView(digest).first(kDigestBytes));
}

}  // namespace

std::vector<std::string> slices_among(std::span<const ListedName> names, std::string_view pattern) {
  std::vector<std::string> slices;
  for (const auto& [name, kind] : names) {
    const bool is_slice = kind != ListedName::Kind::kDirectory && image::LandingNames::is_slice_name(name) &&
                          image::matches_wildcard(pattern, name);
    if (is_slice) slices.push_back(name);
  }
  std::ranges::sort(slices);
  return slices;
}

NamedSource::NamedSource(std::filesystem::path directory, std::span<const std::string> sorted_names)
    : directory_(std::move(directory)), count_(sorted_names.size()) {
  crypto::Sha256 hash;
  for (const std::string& name : sorted_names)
    hash.update(as_byte_view(std::string_view(name.c_str(), name.size() + 1)));
  names_digest_ = short_digest(hash);
  for (const std::size_t i : {std::size_t{0}, sorted_names.size() / 2, sorted_names.size() - 1}) {
    if (i < sorted_names.size()) samples_.push_back(sorted_names[i]);
  }
  const auto twice = std::ranges::unique(samples_);
  samples_.erase(twice.begin(), twice.end());
}

Result<std::string> NamedSource::quick(SourceView& view) const {
  crypto::Sha256 hash;
  hash.update(as_byte_view(names_digest_));
  for (const std::string& name : samples_) {
    BEAMPORT_ASSIGN(const os::FileStamp stamp, view.stamp(directory_ / name));
    hash.update(as_byte_view(fmt::format(" {} {} {}", stamp.inode, stamp.size, stamp.modified_ns)));
  }
  return short_digest(hash);
}

Result<std::string> full_identity(SourceView& view, const std::filesystem::path& directory,
                                  std::span<const std::string> sorted_names) {
  crypto::Sha256 hash;
  for (const std::string& name : sorted_names) {
    BEAMPORT_ASSIGN(const os::FileStamp stamp, view.stamp(directory / name));
    // No name contains a NUL, so nothing can be mistaken for anything else.
    hash.update(as_byte_view(std::string_view(name.c_str(), name.size() + 1)));
    hash.update(as_byte_view(fmt::format("{} {} ", stamp.size, stamp.modified_ns)));
  }
  return short_digest(hash);
}

SourceIdentity identity_of_file(const os::FileStamp& stamp) {
  crypto::Sha256 quick;
  quick.update(as_byte_view(fmt::format("file {} {} {}", stamp.inode, stamp.size, stamp.modified_ns)));
  crypto::Sha256 full;
  full.update(as_byte_view(fmt::format("file {} {}", stamp.size, stamp.modified_ns)));
  return {short_digest(quick), short_digest(full)};
}

Result<SourceIdentity> identify_source(SourceView& view, const std::filesystem::path& source,
                                       std::string_view slices_pattern) {
  BEAMPORT_ASSIGN(const os::FileStamp stamp, view.stamp(source));
  if (!stamp.is_directory) return identity_of_file(stamp);
  BEAMPORT_ASSIGN(const std::vector<ListedName> names, view.list(source, kMaxNamesInDirectory));
  const std::vector<std::string> slices = slices_among(names, slices_pattern);
  SourceIdentity identity;
  BEAMPORT_ASSIGN(identity.quick, NamedSource(source, slices).quick(view));
  BEAMPORT_ASSIGN(identity.full, full_identity(view, source, slices));
  return identity;
}

}  // namespace beamport::ingest
