// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys as files below one directory. Values appear whole and durable or not at all; nothing outside the directory is
// ever reached. Thread-safe.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "beamport/os/io_mode.h"
#include "beamport/store/open_files.h"
#include "beamport/store/rooted_directory.h"
#include "beamport/store/staged_file.h"
#include "beamport/store/store.h"

namespace beamport::store {

class DirectoryStore final : public WritableStore {
 public:
  /// An existing directory, for reading only: writing fails with kFailedPrecondition.
  [[nodiscard]] static Result<std::shared_ptr<DirectoryStore>> open(const std::filesystem::path& path);

  /// For writing; makes the directory (and its parents) where it is missing, and keeps what is in it. The mode is that
  /// of large values.
  [[nodiscard]] static Result<std::shared_ptr<DirectoryStore>> create(const std::filesystem::path& path,
                                                                      Durability durability = Durability::kEachValue,
                                                                      os::IoMode io = os::IoMode::kAuto);

  [[nodiscard]] Result<std::uint64_t> size(std::string_view key) const override;
  [[nodiscard]] Result<Bytes> get(std::string_view key, std::uint64_t max_bytes) const override;
  [[nodiscard]] Result<void> read(std::string_view key, std::uint64_t offset, MutableByteView to) const override;
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view prefix) const override;
  [[nodiscard]] std::string describe() const override;

  [[nodiscard]] Result<void> put(std::string_view key, ByteView value) override;
  [[nodiscard]] Result<std::unique_ptr<ObjectWriter>> create(std::string_view key,
                                                             std::uint64_t expected_bytes) override;
  [[nodiscard]] Result<void> sync() override;

 private:
  DirectoryStore(RootedDirectory root, bool writable, Durability durability, os::IoMode io);
  [[nodiscard]] Result<void> sync_value(const std::string& key) const;

  RootedDirectory root_;
  bool writable_;
  Durability durability_;
  os::IoMode io_;
  std::mutex unsynced_mutex_;
  std::vector<std::string> unsynced_;  // keys begun since the last sync()
  mutable OpenFiles open_files_;
};

}  // namespace beamport::store
