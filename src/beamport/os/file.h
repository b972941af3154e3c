// SPDX-License-Identifier: Apache-2.0
#pragma once

// One open file. Reads and writes are positional, complete (short transfers are continued, EINTR retried) and safe from
// several threads at once. Closing in the destructor cannot lose data: whoever wrote calls sync() first.
// Errors carry the path and the system's reason.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::os {

/// What a file looked like. A file of another version was written to in between.
struct FileVersion {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since 1970

  friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

class File {
 public:
  enum class Create {
    kNew,       // fails with kAlreadyExists
    kTruncate,  // empties an existing file
  };

  [[nodiscard]] static Result<File> open_read(const std::filesystem::path& path);
  [[nodiscard]] static Result<File> create(const std::filesystem::path& path, Create mode);
  /// Takes over a descriptor that was opened by other means; the path is for messages.
  [[nodiscard]] static File adopt(int descriptor, std::filesystem::path path) noexcept {
    return {descriptor, std::move(path)};
  }

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Gives the descriptor away; somebody else closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

  [[nodiscard]] Result<std::uint64_t> size() const;
  [[nodiscard]] Result<FileVersion> version() const;

  /// Fills the whole buffer from the offset; kCorrupt when the file ends before.
  [[nodiscard]] Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const;

  /// Reads up to the buffer's size; returns how many bytes there were before the end of the file.
  [[nodiscard]] Result<std::size_t> read_some(std::uint64_t offset, MutableByteView to) const;

  /// Writes everything. kNoSpace when the disk or the quota is full.
  [[nodiscard]] Result<void> write_all(std::uint64_t offset, ByteView from);

  /// Writes the pieces one after the other in as few calls as possible, from where they lie.
  [[nodiscard]] Result<void> write_gathered(std::uint64_t offset, std::span<const ByteView> pieces);

  /// Reserves disk space without changing the size seen by readers; does nothing where the file system cannot.
  [[nodiscard]] Result<void> reserve(std::uint64_t bytes, std::uint64_t offset = 0);

  [[nodiscard]] Result<void> truncate(std::uint64_t size);

  /// fsync: returns only when the bytes are on stable storage. An error is final for this file; never retry it.
  [[nodiscard]] Result<void> sync();

  /// Tells the kernel that these pages will not be read again.
  void forget_cached(std::uint64_t offset, std::uint64_t length) const noexcept;

 private:
  File(int descriptor, std::filesystem::path path) noexcept;
  int descriptor_ = -1;
  std::filesystem::path path_;
};

/// Whole content of a small file; kOutOfRange when it is larger than the limit.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t max_bytes);

/// Makes the entries of a directory durable (new names, renames, removals).
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);

/// Writes a temporary neighbour, syncs it, renames it over `path`, syncs the directory: all or nothing, and durable.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, ByteView content);

/// Renames without ever replacing an existing target (kAlreadyExists), then syncs the parent directory.
[[nodiscard]] Result<void> rename_new(const std::filesystem::path& from, const std::filesystem::path& to);

/// Error of a failed system call: "<action> <path>: <reason>", with the code that fits the errno.
[[nodiscard]] Failure system_error(int error_number, std::string_view action, const std::filesystem::path& path);

}  // namespace beamport::os
