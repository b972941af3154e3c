// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/dataset_scan.h"

#include <algorithm>
#include <numeric>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/catalog/display_name.h"
#include "beamport/crypto/sha256.h"
#include "beamport/os/file.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxProblems = 100;

bool is_image_name(std::string_view name) {
  return name.size() > std::string_view(".zarr").size() && name.ends_with(".zarr");
}

bool is_ignored_name(std::string_view name) {
  return name.empty() || name.front() == '.' || name.ends_with(".partial");
}

/// Whether `path`, with every link resolved, lies below `root`.
bool leads_inside(const fs::path& path, const fs::path& root) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return false;
  const auto [root_end, rest] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  return root_end == root.end() && rest != target.end();
}

class Scan {
 public:
  Scan(fs::path root, const ScanLimits& limits, std::stop_token stop)
      : root_(std::move(root)), limits_(limits), stop_(std::move(stop)) {}

  Result<DatasetList> run() {
    if (const std::string name = root_.filename().string(); is_image_name(name)) {
      add(name, root_);
    } else {
      folders_.push_back({root_, "", 0});
      while (!folders_.empty() && !full_) {
        const Folder folder = std::move(folders_.back());
        folders_.pop_back();
        BEAMPORT_TRY(list(folder));
      }
    }
    finish();
    return std::move(list_);
  }

 private:
  struct Folder {
    fs::path path;
    std::string prefix;  // relative path and '/', or nothing for the root
    int depth = 0;
  };

  Result<void> list(const Folder& folder) {
    std::error_code error;
    fs::directory_iterator entry(folder.path, error);
    if (error && folder.depth == 0) return os::system_error(error.value(), "list", folder.path);
    for (; !error && entry != fs::directory_iterator() && !full_; entry.increment(error)) {
      if (stop_.stop_requested()) return fail(ErrorCode::kCancelled, "listing the datasets was cancelled");
      visit(*entry, folder);
    }
    // A folder that went away between two looks is no problem.
    if (error && error != std::errc::no_such_file_or_directory) {
      add_problem(fmt::format("list {}: {}", folder.path.string(), error.message()));
    }
    return {};
  }

  void visit(const fs::directory_entry& entry, const Folder& folder) {
    if (++visited_ > limits_.max_visited) {
      stop_at(fmt::format("{}: more than {} files and folders; the list of datasets is incomplete", root_.string(),
                          limits_.max_visited));
      return;
    }
    const std::string name = entry.path().filename().string();
    std::error_code error;
    if (is_ignored_name(name) || !entry.is_directory(error)) return;
    const bool is_link = entry.is_symlink(error);
    if (is_image_name(name)) {
      if (!is_link || leads_inside(entry.path(), root_)) add(folder.prefix + name, entry.path());
    } else if (!is_link && folder.depth < limits_.max_depth) {
      folders_.push_back({entry.path(), folder.prefix + name + "/", folder.depth + 1});
    }
  }

  void add(std::string relative_path, fs::path path) {
    if (list_.entries.size() == limits_.max_entries) {
      stop_at(fmt::format("{}: more than {} datasets; the list is incomplete", root_.string(), limits_.max_entries));
      return;
    }
    DatasetId id = dataset_id_of(relative_path);
    std::string name = display_name_of(relative_path);
    list_.entries.push_back({std::move(id), std::move(name), std::move(relative_path), std::move(path)});
  }

  void stop_at(std::string problem) {
    full_ = true;
    add_problem(std::move(problem));
  }

  void add_problem(std::string problem) {
    if (list_.problems.size() < kMaxProblems) list_.problems.push_back(std::move(problem));
  }

  void finish() {
    std::sort(list_.entries.begin(), list_.entries.end(),
              [](const DatasetEntry& a, const DatasetEntry& b) { return a.relative_path < b.relative_path; });
    list_.by_id.resize(list_.entries.size());
    std::iota(list_.by_id.begin(), list_.by_id.end(), std::size_t{0});
    std::sort(list_.by_id.begin(), list_.by_id.end(),
              [&](std::size_t a, std::size_t b) { return list_.entries[a].id < list_.entries[b].id; });
  }

  const fs::path root_;
  const ScanLimits limits_;
  const std::stop_token stop_;
  std::vector<Folder> folders_;
  std::size_t visited_ = 0;
  bool full_ = false;
  DatasetList list_;
};

}  // namespace

const DatasetEntry* DatasetList::find(const DatasetId& id) const noexcept {
  const auto found = std::lower_bound(by_id.begin(), by_id.end(), id,
                                      [&](std::size_t at, const DatasetId& wanted) { return entries[at].id < wanted; });
  return found != by_id.end() && entries[*found].id == id ? &entries[*found] : nullptr;
}

DatasetId dataset_id_of(std::string_view relative_path) {
  auto id = DatasetId::parse(crypto::to_hex(crypto::sha256(as_byte_view(relative_path))).substr(0, 24));
  BEAMPORT_CHECK(id.has_value());
  return std::move(*id);
}

Result<DatasetList> scan_datasets(const fs::path& root, const ScanLimits& limits, const std::stop_token& stop) {
  return Scan(root, limits, stop).run();
}

}  // namespace beamport::catalog
