// SPDX-License-Identifier: Apache-2.0
#pragma once

// The other way to an open file: a second descriptor whose transfers go past the page cache (O_DIRECT). Whoever uses it
// keeps to whole blocks: offset, length and memory are multiples of kDirectBlock. The first descriptor stays for
// everything else; both see the same bytes, as long as they do not write into one block.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "beamport/base/aligned_buffer.h"
#include "beamport/base/result.h"
#include "beamport/os/file.h"
#include "beamport/os/io_mode.h"

namespace beamport::os {

/// Enough for every disk: what the kernel asks for is smaller, or the same.
inline constexpr std::size_t kDirectBlock = AlignedBuffer::kAlignment;

/// Opens the file once more, for the same access. Nothing in kBuffered mode, and in kAuto mode where the file system
/// refuses, is not known to gain (memory, network), or wants larger blocks; in kDirect mode a refusal is kUnsupported.
/// A file system may still refuse a single transfer with kInvalidArgument; then the first descriptor serves.
[[nodiscard]] Result<std::optional<File>> open_direct(const File& file, IoMode mode);

/// Fills `to` with the blocks from `offset` on; returns how many bytes there were before the end of the file.
[[nodiscard]] Result<std::size_t> read_blocks(const File& direct, std::uint64_t offset, MutableByteView to);

}  // namespace beamport::os
