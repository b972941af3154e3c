// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads ranges of one file into slots of aligned memory: past the page cache when the bytes are not in it, through it
// when they are (a slice that has just landed, perhaps not yet on disk), or when the file system takes no direct I/O.
// What a buffered read of a large range brought into the cache is dropped again, so that a stack larger than memory
// does not push out what others need; what was there before stays. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "beamport/base/bytes.h"
#include "beamport/base/checked_math.h"
#include "beamport/base/result.h"
#include "beamport/os/direct_io.h"
#include "beamport/os/file.h"
#include "beamport/os/io_mode.h"

namespace beamport::os {

class SlotReader {
 public:
  [[nodiscard]] static Result<SlotReader> open(const std::filesystem::path& path, IoMode mode);

  [[nodiscard]] const File& file() const noexcept { return file_; }
  /// Whether large ranges may be read directly.
  [[nodiscard]] bool direct() const noexcept { return direct_.has_value(); }

  /// Room that read() needs for a range of that length wherever it begins; a multiple of the block.
  [[nodiscard]] static constexpr std::size_t slot_bytes(std::size_t length) noexcept {
    return round_up(length, kDirectBlock) + kDirectBlock;
  }

  /// Reads the range somewhere into the slot (aligned to kDirectBlock, at least slot_bytes(length) long) and says where
  /// it lies. kCorrupt when the file ends before.
  [[nodiscard]] Result<MutableByteView> read(std::uint64_t offset, std::size_t length, MutableByteView slot) const;

 private:
  SlotReader(File file, std::optional<File> direct, IoMode mode)
      : file_(std::move(file)), direct_(std::move(direct)), mode_(mode) {}
  [[nodiscard]] Result<MutableByteView> read_direct(std::uint64_t offset, std::size_t length,
                                                    MutableByteView slot) const;

  File file_;
  std::optional<File> direct_;
  IoMode mode_;
};

}  // namespace beamport::os
