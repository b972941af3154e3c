// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/directory_store.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "beamport/exec/worker_pool.h"
#include "beamport/os/file.h"
#include "beamport/store/staged_file.h"

namespace beamport::store {
namespace {

constexpr std::size_t kMaxOpenFiles = 64;
constexpr int kMaxDepth = 32;
constexpr int kSyncThreads = 8;  // file systems commit what several wait for in one go

Result<void> check_prefix(std::string_view prefix) {
  if (prefix.empty()) return {};
  return check_key(prefix);
}

/// Makes a directory and its parents; every new entry is durable.
Result<void> make_directories(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (parent != path) BEAMPORT_TRY(make_directories(parent));
  std::filesystem::create_directory(path, error);
  if (error) return os::system_error(error.value(), "make the directory", path);
  return os::sync_directory(parent);
}

/// Adds the keys of all directories below one, and its own.
Result<void> list_directories(const RootedDirectory& directory, const std::string& key, int depth,
                              std::vector<std::string>& keys) {
  if (depth > kMaxDepth) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: directories are nested too deeply", directory.path().string()));
  }
  keys.push_back(key);
  BEAMPORT_ASSIGN(const std::vector<RootedDirectory::Child> children, directory.children());
  for (const RootedDirectory::Child& child : children) {
    if (child.kind != RootedDirectory::Kind::kDirectory) continue;
    BEAMPORT_ASSIGN(const RootedDirectory below, directory.open_directory(child.name));
    const std::string below_key = key.empty() ? child.name : fmt::format("{}/{}", key, child.name);
    BEAMPORT_TRY(list_directories(below, below_key, depth + 1, keys));
  }
  return {};
}

}  // namespace

DirectoryStore::DirectoryStore(RootedDirectory root, bool writable, Durability durability, os::IoMode io)
    : root_(std::move(root)), writable_(writable), durability_(durability), io_(io), open_files_(kMaxOpenFiles) {}

Result<std::shared_ptr<DirectoryStore>> DirectoryStore::open(const std::filesystem::path& path) {
  BEAMPORT_ASSIGN(RootedDirectory root, RootedDirectory::open(path));
  return std::shared_ptr<DirectoryStore>(
      new DirectoryStore(std::move(root), false, Durability::kEachValue, os::IoMode::kBuffered));
}

Result<std::shared_ptr<DirectoryStore>> DirectoryStore::create(const std::filesystem::path& path, Durability durability,
                                                               os::IoMode io) {
  std::error_code error;
  std::filesystem::path whole = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return os::system_error(error.value(), "resolve", path);
  if (!whole.has_filename()) whole = whole.parent_path();  // a trailing slash
  BEAMPORT_TRY(make_directories(whole));
  BEAMPORT_ASSIGN(RootedDirectory root, RootedDirectory::open(whole));
  return std::shared_ptr<DirectoryStore>(new DirectoryStore(std::move(root), true, durability, io));
}

Result<std::uint64_t> DirectoryStore::size(std::string_view key) const {
  BEAMPORT_TRY(check_key(key));
  BEAMPORT_ASSIGN(const std::shared_ptr<const os::File> file, open_files_.open(root_, key));
  return file->size();
}

Result<Bytes> DirectoryStore::get(std::string_view key, std::uint64_t max_bytes) const {
  BEAMPORT_TRY(check_key(key));
  BEAMPORT_ASSIGN(const os::File file, root_.open_file(key));
  BEAMPORT_ASSIGN(const std::uint64_t bytes, file.size());
  if (bytes > max_bytes) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: {} bytes; at most {} are expected here", file.path().string(), bytes, max_bytes));
  }
  Bytes value(bytes);
  BEAMPORT_TRY(file.read_exactly(0, value));
  return value;
}

Result<void> DirectoryStore::read(std::string_view key, std::uint64_t offset, MutableByteView to) const {
  BEAMPORT_TRY(check_key(key));
  BEAMPORT_ASSIGN(const std::shared_ptr<const os::File> file, open_files_.open(root_, key));
  return file->read_exactly(offset, to);
}

Result<std::vector<Store::Entry>> DirectoryStore::list(std::string_view prefix) const {
  BEAMPORT_TRY(check_prefix(prefix));
  const Result<RootedDirectory> directory = root_.open_directory(prefix);
  if (!directory) {
    if (directory.error().code == ErrorCode::kNotFound) return std::vector<Entry>{};
    return fail(directory.error());
  }
  BEAMPORT_ASSIGN(std::vector<RootedDirectory::Child> children, directory->children());
  std::vector<Entry> entries;
  for (RootedDirectory::Child& child : children) {
    if (is_temporary_name(child.name)) continue;
    entries.push_back({std::move(child.name), child.kind == RootedDirectory::Kind::kDirectory});
  }
  return entries;
}

std::string DirectoryStore::describe() const {
  return root_.path().string();
}

Result<std::unique_ptr<ObjectWriter>> DirectoryStore::create(std::string_view key, std::uint64_t expected_bytes) {
  BEAMPORT_TRY(check_key(key));
  if (!writable_) {
    return fail(ErrorCode::kFailedPrecondition, fmt::format("{}: opened for reading only", describe()));
  }
  const std::size_t slash = key.rfind('/');
  const std::string_view parent = slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  BEAMPORT_ASSIGN(RootedDirectory directory, root_.make_directory(parent, durability_ == Durability::kEachValue));
  BEAMPORT_ASSIGN(std::unique_ptr<StagedFile> file,
                  StagedFile::create(std::move(directory), std::string(name), expected_bytes, durability_, io_));
  if (durability_ == Durability::kOnSync) {
    const std::lock_guard lock(unsynced_mutex_);
    unsynced_.emplace_back(key);
  }
  return file;
}

Result<void> DirectoryStore::put(std::string_view key, ByteView value) {
  BEAMPORT_ASSIGN(const std::unique_ptr<ObjectWriter> writer, create(key, value.size()));
  BEAMPORT_TRY(writer->append(value));
  return writer->finish();
}

/// A value that was dropped instead of finished is not there, and need not be.
Result<void> DirectoryStore::sync_value(const std::string& key) const {
  Result<os::File> file = root_.open_file(key);
  if (file) return file->sync();
  if (file.error().code == ErrorCode::kNotFound) return {};
  return fail(std::move(file).error());
}

Result<void> DirectoryStore::sync() {
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(unsynced_mutex_);
    keys.swap(unsynced_);
  }
  std::vector<std::string> directories;
  BEAMPORT_TRY(list_directories(root_, "", 0, directories));
  exec::WorkerPool pool(kSyncThreads);
  const auto sync_each = [&](const std::vector<std::string>& names, const auto& sync_one) {
    return pool.parallel_for(static_cast<std::int64_t>(names.size()), {},
                             [&](std::int64_t i, int) { return sync_one(names[static_cast<std::size_t>(i)]); });
  };
  BEAMPORT_TRY(sync_each(keys, [&](const std::string& key) { return sync_value(key); }));
  return sync_each(directories, [&](const std::string& key) -> Result<void> {
    if (key.empty()) return root_.sync();
    BEAMPORT_ASSIGN(const RootedDirectory directory, root_.open_directory(key));
    return directory.sync();
  });
}

}  // namespace beamport::store
