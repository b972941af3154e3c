// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bytes that can be read at any offset: an open file, or memory (tests, fuzzing). Immutable and thread-safe. The size
// is taken once, so that all checks against "the end of the file" agree with each other.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/os/file.h"
#include "beamport/os/io_mode.h"

namespace beamport::image {

class PositionalReader {
 public:
  virtual ~PositionalReader() = default;

  /// Fills the whole buffer from the offset; kCorrupt when the end comes before.
  [[nodiscard]] virtual Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const = 0;

  /// Reads [offset, offset + length) somewhere into the slot (aligned, at least os::SlotReader::slot_bytes(length)
  /// long) and says where it lies. Here: at the beginning.
  [[nodiscard]] virtual Result<MutableByteView> read_into(std::uint64_t offset, std::size_t length,
                                                          MutableByteView slot) const;

  /// For a process that is to read the same bytes: open as long as this reader. Through the page cache.
  [[nodiscard]] virtual Result<int> descriptor() const = 0;

  /// Size and time of the last change, from when it was opened.
  [[nodiscard]] virtual const os::FileVersion& version() const noexcept = 0;

  [[nodiscard]] std::uint64_t size() const noexcept { return version().size; }

  /// For messages: the path.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;

  /// Whether [offset, offset + length) lies inside; immune to overflow.
  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t length) const noexcept {
    return offset <= size() && length <= size() - offset;
  }
};

/// The mode is that of read_into(); what read_exactly() reads goes through the page cache.
[[nodiscard]] Result<std::unique_ptr<PositionalReader>> open_file_reader(const std::filesystem::path& path,
                                                                         os::IoMode io = os::IoMode::kBuffered);

/// The bytes must outlive the reader. Its descriptor is a copy of them.
[[nodiscard]] std::unique_ptr<PositionalReader> make_memory_reader(ByteView bytes, std::string name);

}  // namespace beamport::image
