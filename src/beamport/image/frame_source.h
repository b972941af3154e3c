// SPDX-License-Identifier: Apache-2.0
#pragma once

// A stack of equally shaped grey frames seen as one volume (z = frame, y = row, x = column), wherever its pixels come
// from. This is the one face that the slab pipeline reads through. Opening checks every frame's header, so that a mixed
// or damaged stack is refused before any voxel is converted. Thread-safe: several threads read different rows at once.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "beamport/array/extent.h"
#include "beamport/array/volume_view.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"
#include "beamport/os/file_stamp.h"
#include "beamport/os/io_mode.h"

namespace beamport::image {

/// What is known of the content of a frame without reading it.
struct FrameState {
  std::uint64_t version = 0;  // 0: not complete, or written to since its header was read; another number: other content
  os::FileStamp stamp{};      // of its file, as it is now

  bool operator==(const FrameState&) const = default;
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;

  [[nodiscard]] virtual Extent extent() const noexcept = 0;
  [[nodiscard]] virtual DataType type() const noexcept = 0;

  /// Reads rows [row, row + to.extent.y) of frame z, native byte order. `to` has extent.z == 1, extent.x == width and
  /// the source's type. Errors name the file and the slice. Cheap for any row range when the pixels are uncompressed;
  /// otherwise the caller should ask for whole frames (see prefers_whole_frames).
  [[nodiscard]] virtual Result<void> read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const = 0;

  /// Bytes that read_into() needs for so many rows: the rows and what alignment adds; a multiple of
  /// AlignedBuffer::kAlignment.
  [[nodiscard]] virtual std::size_t slot_bytes(std::int64_t rows) const noexcept;

  /// Reads rows [row, row + rows) of frame z somewhere into `slot` (kAlignment-aligned, at least slot_bytes(rows) long)
  /// and says where they lie: a packed view of extent {1, rows, width}, whose voxels are aligned for their type. Whole
  /// blocks are read where direct I/O serves, so the rest of the slot may change too.
  [[nodiscard]] virtual Result<VolumeView> read_into(std::int64_t z, std::int64_t row, std::int64_t rows,
                                                     MutableByteView slot) const;

  /// Looks at the file of frame z, without waiting for it. Nothing when there is none.
  [[nodiscard]] virtual std::optional<FrameState> frame_state(std::int64_t z) const = 0;

  /// The state of frame z once it can be read; waits where reading would. kFailedPrecondition, as from reading, when
  /// its file was written to since the stack was opened.
  [[nodiscard]] virtual Result<FrameState> await_frame(std::int64_t z) const;

  /// True when reading part of a frame costs as much as reading all of it.
  [[nodiscard]] virtual bool prefers_whole_frames() const noexcept = 0;

  /// "recon_00012.tiff" or "volume.tif page 12 of 135", for messages.
  [[nodiscard]] virtual std::string frame_name(std::int64_t z) const = 0;

  /// Voxel size (z, y, x) in micrometres if the files say so reliably (ImageJ unit and spacing, TIFF resolution in cm).
  [[nodiscard]] virtual std::optional<std::array<double, 3>> voxel_size_um() const = 0;

  /// Facts worth recording with the data ("12 frames are missing in the numbering: 441-449 …").
  [[nodiscard]] virtual const std::vector<std::string>& notes() const noexcept = 0;
};

enum class GapPolicy : std::uint8_t {
  kRefuse,  // a missing number in the sequence is an error that lists what is missing
  kClose,   // take the frames as consecutive, and note it
};

struct StackOptions {
  GapPolicy gaps = GapPolicy::kRefuse;
  std::int64_t max_frames = 1'000'000;
  os::IoMode io = os::IoMode::kAuto;  // of read_into(); read_rows() always goes through the page cache
  std::stop_token stop = {};          // ends the opening with kCancelled
};

/// Opens a directory of slices, a glob ("dir/slice_*.tif", only in the last component), or one TIFF file with one or
/// more pages (classic, BigTIFF, ImageJ hyperstack). Frames of a directory are ordered by the number in their names.
[[nodiscard]] Result<std::unique_ptr<FrameSource>> open_stack(const std::string& path_or_glob,
                                                              const StackOptions& options = {});

}  // namespace beamport::image
