// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/page_stack.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/image/frame_meaning.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {
namespace {

class PageStack final : public FrameSource {
 public:
  PageStack(TiffReader file, FrameMeaning meaning) : file_(std::move(file)), meaning_(std::move(meaning)) {}

  Extent extent() const noexcept override { return {meaning_.frames, first().page.height, first().page.width}; }
  DataType type() const noexcept override { return first().type; }

  Result<void> read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const override {
    BEAMPORT_CHECK(z >= 0 && z < meaning_.frames);
    return file_.read_rows(page(z), row, to);
  }

  Result<VolumeView> read_into(std::int64_t z, std::int64_t row, std::int64_t rows,
                               MutableByteView slot) const override {
    BEAMPORT_CHECK(z >= 0 && z < meaning_.frames);
    if (const auto raw = file_.raw_frame(page(z))) return file_.read_into(*raw, row, rows, slot);
    return FrameSource::read_into(z, row, rows, slot);
  }

  std::optional<FrameState> frame_state(std::int64_t) const override {
    const auto stamp = os::stamp_of(file_.name());
    if (!stamp) return std::nullopt;
    return FrameState{version_of(*stamp) == file_.version() ? 1U : 0U, *stamp};
  }

  bool prefers_whole_frames() const noexcept override { return first().decodes_whole(); }

  std::string frame_name(std::int64_t z) const override {
    const std::string name = std::filesystem::path(file_.name()).filename().string();
    return meaning_.frames == 1 ? name : fmt::format("{} page {} of {}", name, z + 1, meaning_.frames);
  }

  std::optional<std::array<double, 3>> voxel_size_um() const override { return meaning_.voxel_size_um; }
  const std::vector<std::string>& notes() const noexcept override { return meaning_.notes; }

 private:
  const GreyPage& first() const noexcept { return file_.pages().front(); }

  GreyPage page(std::int64_t z) const {
    if (!meaning_.contiguous) return file_.pages()[static_cast<std::size_t>(z)];
    GreyPage frame = first();
    *frame.first_pixel += static_cast<std::uint64_t>(z * frame.page_bytes());
    return frame;
  }

  TiffReader file_;
  FrameMeaning meaning_;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> open_page_stack(const std::filesystem::path& path, const StackOptions& options,
                                                     std::vector<std::string> notes) {
  TiffLimits limits;
  limits.max_pages = options.max_frames;
  BEAMPORT_ASSIGN(auto reader, open_file_reader(path, options.io));
  BEAMPORT_ASSIGN(TiffReader file, TiffReader::open(std::move(reader), limits, options.stop));
  const GreyPage& first = file.pages().front();
  for (const GreyPage& page : file.pages()) {
    if (same_shape(page, first)) continue;
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: page {} is {}, but page {} is {}; the pages of a volume have one shape and one type",
                            file.name(), page.page.number, describe(page), first.page.number, describe(first)));
  }
  BEAMPORT_ASSIGN(FrameMeaning meaning, meaning_of(file));
  if (meaning.frames > options.max_frames) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{}: {} frames; at most {} are accepted", file.name(), meaning.frames, options.max_frames));
  }
  meaning.notes.insert(meaning.notes.begin(), std::make_move_iterator(notes.begin()),
                       std::make_move_iterator(notes.end()));
  return std::make_unique<PageStack>(std::move(file), std::move(meaning));
}

}  // namespace beamport::image
