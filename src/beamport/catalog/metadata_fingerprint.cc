// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/metadata_fingerprint.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>

#include "beamport/crypto/sha256.h"
#include "beamport/os/file.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kDocuments{"zarr.json", ".zattrs", ".zgroup", ".zarray"};
constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMaxNodes = 1000;

/// Nothing when the file does not exist.
Result<std::optional<struct stat>> status_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return os::system_error(errno, "stat", path);
}

std::int64_t modified_ns(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool stays_inside(const fs::path& node) {
  if (node.is_absolute()) return false;
  for (const fs::path& part : node) {
    if (part == "..") return false;
  }
  return true;
}

/// The nodes and everything above them, "" for the image itself; sorted.
Result<std::set<fs::path>> with_ancestors(std::span<const std::string> nodes) {
  std::set<fs::path> all{fs::path()};
  for (const std::string& text : nodes) {
    if (!stays_inside(text)) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("fingerprint: node \"{}\" leaves the image", text));
    }
    for (fs::path node(text); !node.empty(); node = node.parent_path()) all.insert(node);
    if (all.size() > kMaxNodes) {
      return fail(ErrorCode::kOutOfRange, fmt::format("fingerprint: more than {} nodes", kMaxNodes));
    }
  }
  return all;
}

}  // namespace

Result<std::string> metadata_stamp(const fs::path& image) {
  std::string stamp;
  for (const std::string_view name : kDocuments) {
    BEAMPORT_ASSIGN(const auto status, status_of(image / name));
    if (status) {
      stamp +=
          fmt::format("{}:{}:{}:{}:{};", name, status->st_dev, status->st_ino, status->st_size, modified_ns(*status));
    }
  }
  if (stamp.empty()) return fail(ErrorCode::kNotFound, fmt::format("{}: no Zarr metadata", image.string()));
  return stamp;
}

Result<std::string> metadata_fingerprint(const fs::path& image, std::span<const std::string> nodes) {
  BEAMPORT_ASSIGN(const std::set<fs::path> places, with_ancestors(nodes));
  crypto::Sha256 hash;
  bool any = false;
  for (const fs::path& node : places) {
    for (const std::string_view name : kDocuments) {
      const fs::path path = image / node / name;
      BEAMPORT_ASSIGN(const auto status, status_of(path));
      if (!status) continue;
      BEAMPORT_ASSIGN(const Bytes content, os::read_file(path, kMaxDocumentBytes));
      // The head says how long the content is, so that no two sets of documents run into the same bytes.
      hash.update(as_byte_view(
          fmt::format("{}\n{}\n{}\n{}\n", node.generic_string(), name, modified_ns(*status), content.size())));
      hash.update(content);
      any = true;
    }
  }
  if (!any) return fail(ErrorCode::kNotFound, fmt::format("{}: no Zarr metadata", image.string()));
  return crypto::to_hex(hash.finish());
}

}  // namespace beamport::catalog
