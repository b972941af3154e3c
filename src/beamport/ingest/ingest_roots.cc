// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/ingest_roots.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/timestamp.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return in_folder == folder.end();
}

std::string today() {
  const std::string now = utc_timestamp(std::chrono::system_clock::now());  // 2026-01-02T…
  return now.substr(0, 4) + now.substr(5, 2) + now.substr(8, 2);
}

Result<ScanFields> fields_of(const IngestRoot& root, const fs::path& source, const HandIn& said) {
  const std::string relative = source.lexically_relative(root.path).string();
  ScanFields fields;
  if (auto read = root.pattern.read(relative)) {
    fields = *std::move(read);
  } else if (read.error().code != ErrorCode::kNotFound) {
    return fail(read.error());
  }
  if (said.user) fields.user = *said.user;
  if (said.date) fields.date = *said.date;
  if (said.name) fields.scan = *said.name;
  if (fields.user.empty()) fields.user = "shared";
  if (fields.date.empty()) fields.date = today();
  if (fields.scan.empty()) fields.scan = source.stem().string();
  return fields;
}

Result<void> check_apart(const std::vector<IngestRoot>& roots) {
  for (const IngestRoot& a : roots) {
    for (const IngestRoot& b : roots) {
      if (&a != &b && (a.name == b.name || lies_in(a.path, b.path))) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("roots {} ({}) and {} ({}) have one name or lie in each other", a.name, a.path.string(),
                                b.name, b.path.string()));
      }
    }
  }
  return {};
}

}  // namespace

Result<IngestRoots> IngestRoots::check(std::vector<IngestRoot> roots, const fs::path& data) {
  std::error_code error;
  for (IngestRoot& root : roots) {
    root.path = fs::weakly_canonical(root.path, error);
    if (error) return fail(ErrorCode::kIo, fmt::format("root {}: {}", root.name, error.message()));
    if (lies_in(root.path, data) || lies_in(data, root.path)) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("root {} ({}) and the data folder {} lie in each other",
                                                           root.name, root.path.string(), data.string()));
    }
  }
  BEAMPORT_TRY(check_apart(roots));
  return IngestRoots(std::move(roots));
}

const IngestRoot* IngestRoots::named(const std::string& name) const noexcept {
  const auto found = std::ranges::find(roots_, name, &IngestRoot::name);
  return found != roots_.end() ? &*found : nullptr;
}

Result<const IngestRoot*> IngestRoots::above(const fs::path& source) const {
  for (const IngestRoot& root : roots_) {
    if (source != root.path && lies_in(source, root.path)) return &root;
  }
  return fail(
      ErrorCode::kPermissionDenied,
      fmt::format("{} lies in none of the configured roots; only from there scans are taken in", source.string()));
}

Result<ScanRequest> IngestRoots::request_for(const IngestRoot& root, const fs::path& source, const HandIn& said) {
  BEAMPORT_ASSIGN(const ScanFields fields, fields_of(root, source, said));
  ScanRequest request;
  request.source = source.string();
  BEAMPORT_ASSIGN(request.output, image_path_of(fields));
  request.user = fields.user;
  request.date = fields.date;
  request.name = fields.scan;
  request.root = root.name;
  return request;
}

std::string IngestRoots::below_root(const Scan& scan, std::string text) const {
  const IngestRoot* root = named(scan.request.root);
  if (root == nullptr) return text;
  const std::string prefix = root->path.string() + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

}  // namespace beamport::ingest
