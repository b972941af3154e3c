// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file system for tests: it is where the test puts it, fails where the test says, takes the time that the test wants,
// and counts what was asked. Its clock is the test's.

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "beamport/ingest/source_view.h"

namespace beamport::ingest {

class TestDisk {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Node {
    ListedName::Kind kind = ListedName::Kind::kFile;
    std::uint64_t inode = 0;
    std::int64_t modified = 0;
    std::string target = {};  // of a link
    std::optional<ErrorCode> failure = std::nullopt;
  };

  explicit TestDisk(std::string root) { make_directory(std::move(root)); }

  Time now{std::chrono::hours(1000)};
  std::chrono::milliseconds cost{0};  // of every call
  std::int64_t stamp_time = 0;        // modification time that changes get; goes on by itself unless `is_coarse`
  bool is_coarse = false;
  std::size_t lists = 0;
  std::size_t stamps = 0;

  void make_directory(const std::string& path) {
    if (nodes_.contains(path)) return;
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (parent != parent.root_path()) make_directory(parent.string());
    add(path, {.kind = ListedName::Kind::kDirectory});
  }
  /// Makes it, its directories too, or writes it anew in its place.
  void write(const std::string& path) {
    make_directory(std::filesystem::path(path).parent_path().string());
    if (const auto found = nodes_.find(path); found != nodes_.end()) {
      found->second.modified = tick();
    } else {
      add(path, {});
    }
  }
  void link(const std::string& path, std::string target) {
    make_directory(std::filesystem::path(path).parent_path().string());
    add(path, {.kind = ListedName::Kind::kLink, .target = std::move(target)});
  }
  void remove(const std::string& path) {
    std::erase_if(nodes_,
                  [&](const auto& entry) { return entry.first == path || entry.first.starts_with(path + "/"); });
    touch(std::filesystem::path(path).parent_path().string());
  }
  void fail_at(const std::string& path, std::optional<ErrorCode> failure) { nodes_.at(path).failure = failure; }
  Node& at(const std::string& path) { return nodes_.at(path); }
  /// Takes everything away, as an unmounting does, and gives it back.
  [[nodiscard]] std::map<std::string, Node> take() { return std::exchange(nodes_, {}); }
  void give(std::map<std::string, Node> nodes) { nodes_ = std::move(nodes); }
  /// The same on other disks.
  void renumber() {
    for (auto& [path, node] : nodes_) node.inode += 1'000'000;
  }

  Result<std::vector<ListedName>> list(const std::string& directory, std::size_t max_names) {
    ++lists;
    now += cost;
    BEAMPORT_ASSIGN(const std::string real, resolve(directory));
    std::vector<ListedName> names;
    for (auto entry = nodes_.lower_bound(real + "/"); entry != nodes_.end() && entry->first.starts_with(real + "/");) {
      const std::string name = entry->first.substr(real.size() + 1);
      if (name.find('/') == std::string::npos) names.push_back({name, entry->second.kind});
      ++entry;
    }
    if (names.size() > max_names) return fail(ErrorCode::kOutOfRange, directory + ": too many names");
    return names;
  }

  Result<os::FileStamp> stamp(const std::string& path) {
    ++stamps;
    now += cost;
    BEAMPORT_ASSIGN(const std::string real, resolve(path));
    const Node& node = nodes_.at(real);
    return os::FileStamp{.inode = node.inode,
                         .size = 100,
                         .modified_ns = node.modified,
                         .changed_ns = node.modified,
                         .is_regular = node.kind == ListedName::Kind::kFile,
                         .is_directory = node.kind == ListedName::Kind::kDirectory};
  }

 private:
  std::int64_t tick() { return is_coarse ? stamp_time : ++stamp_time; }
  void touch(const std::string& directory) {
    if (const auto found = nodes_.find(directory); found != nodes_.end()) found->second.modified = tick();
  }
  void add(const std::string& path, Node node) {
    node.inode = ++last_inode_;
    node.modified = tick();
    nodes_.insert_or_assign(path, std::move(node));
    touch(std::filesystem::path(path).parent_path().string());
  }

  Result<std::string> resolve(const std::string& path) const {
    std::string real;
    for (const auto& part : std::filesystem::path(path).relative_path()) {
      real += "/" + part.string();
      auto found = nodes_.find(real);
      if (found == nodes_.end()) return fail(ErrorCode::kNotFound, path + ": no such file");
      if (found->second.kind == ListedName::Kind::kLink) {
        real = found->second.target;
        found = nodes_.find(real);
        if (found == nodes_.end()) return fail(ErrorCode::kNotFound, path + ": leads nowhere");
      }
      if (found->second.failure) return fail(*found->second.failure, path + ": refused");
    }
    return real;
  }

  std::map<std::string, Node> nodes_;
  std::uint64_t last_inode_ = 0;
};

class TestView : public SourceView {
 public:
  explicit TestView(TestDisk& disk) : disk_(disk) {}
  Result<std::vector<ListedName>> list(const std::filesystem::path& directory, std::size_t max_names) override {
    return disk_.list(directory.string(), max_names);
  }
  Result<os::FileStamp> stamp(const std::filesystem::path& path) override { return disk_.stamp(path.string()); }

 private:
  TestDisk& disk_;
};

}  // namespace beamport::ingest
