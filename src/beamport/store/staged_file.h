// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file that is written from front to back under a temporary name and appears under its own when it is whole and
// durable. Small appends gather in an aligned buffer of up to 4 MiB. Full buffers of large values go past the page
// cache where the file system takes that, into space that is reserved ahead; what is left at the end is less than a
// block and goes through it, so no page is ever written both ways. An advisory lock on the temporary file keeps two
// writers of one key apart; a leftover of a killed writer is taken over. Not thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "beamport/base/aligned_buffer.h"
#include "beamport/os/file.h"
#include "beamport/os/io_mode.h"
#include "beamport/store/rooted_directory.h"
#include "beamport/store/store.h"

namespace beamport::store {

/// When a value must be on stable storage.
enum class Durability : std::uint8_t {
  kEachValue,  // when finish() returns
  kOnSync,     // when the store's sync() returns; only large values are written out before, to spread the work
};

class StagedFile final : public ObjectWriter {
 public:
  /// `name` is a single segment inside the directory. kFailedPrecondition while somebody else writes it.
  [[nodiscard]] static Result<std::unique_ptr<StagedFile>> create(RootedDirectory directory, std::string name,
                                                                  std::uint64_t expected_bytes, Durability durability,
                                                                  os::IoMode io);
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  ~StagedFile() override;

  [[nodiscard]] Result<void> append(ByteView bytes) override;
  [[nodiscard]] Result<void> append_pieces(std::span<const Piece> pieces) override;
  [[nodiscard]] Result<void> finish() override;

 private:
  StagedFile(RootedDirectory directory, std::string name, os::File file, std::uint64_t expected_bytes,
             Durability durability, os::IoMode io);
  [[nodiscard]] Result<void> append_all(ByteView bytes);
  [[nodiscard]] Result<void> append_all(std::span<const ByteView> pieces);
  [[nodiscard]] Result<void> finish_all();
  [[nodiscard]] Result<void> write_blocks(ByteView blocks);
  [[nodiscard]] Result<void> write(ByteView bytes);
  [[nodiscard]] Result<void> choose_way();
  [[nodiscard]] Result<void> reserve_ahead(std::uint64_t end);

  RootedDirectory directory_;
  std::string name_;
  os::File file_;
  std::size_t buffer_size_;
  Durability durability_;
  os::IoMode io_;
  bool chosen_ = false;             // whether it is known which way blocks go
  std::optional<os::File> direct_;  // past the page cache; then written_ is a multiple of the block until the end
  AlignedBuffer buffer_;            // allocated by the first append that needs it
  std::size_t buffered_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t reserved_ = 0;
  bool failed_ = false;
  bool finished_ = false;
};

}  // namespace beamport::store
