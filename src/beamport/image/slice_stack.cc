// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/slice_stack.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/image/frame_meaning.h"
#include "beamport/image/open_files.h"
#include "beamport/image/raw_frame.h"
#include "beamport/image/tiff_directory.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {
namespace {

constexpr std::size_t kMaxOpenFiles = 64;
constexpr int kScanThreads = 8;  // header reads wait for the disk, above all on network file systems

// What the header of a slice said when the stack was opened.
struct SlicePlace {
  os::FileVersion version;
  std::uint64_t first_pixel = 0;  // 0: not stored as it is
  std::endian order = std::endian::native;
};
static_assert(sizeof(SlicePlace) <= 32, "a stack may have a million slices");

class SliceStack final : public FrameSource {
 public:
  SliceStack(std::filesystem::path directory, std::vector<std::string> names, std::vector<SlicePlace> places,
             GreyPage first, os::IoMode io, std::optional<std::array<double, 3>> voxel_size_um,
             std::vector<std::string> notes)
      : directory_(std::move(directory)),
        names_(std::move(names)),
        places_(std::move(places)),
        first_(first),
        io_(io),
        voxel_size_um_(voxel_size_um),
        notes_(std::move(notes)) {}

  Extent extent() const noexcept override {
    return {static_cast<std::int64_t>(names_.size()), first_.page.height, first_.page.width};
  }
  DataType type() const noexcept override { return first_.type; }

  Result<void> read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const override {
    const auto index = checked(z);
    if (const auto raw = raw_frame(index)) {
      BEAMPORT_ASSIGN(const auto reader, open_unchanged(index, os::IoMode::kBuffered));
      return image::read_rows(*reader, *raw, row, to);
    }
    BEAMPORT_ASSIGN(const auto file, open_files_.get(index, directory_ / names_[index]));
    if (file->version() != places_[index].version) return changed(index);
    return file->read_rows(file->pages().front(), row, to);
  }

  Result<VolumeView> read_into(std::int64_t z, std::int64_t row, std::int64_t rows,
                               MutableByteView slot) const override {
    const auto index = checked(z);
    const auto raw = raw_frame(index);
    if (!raw) return FrameSource::read_into(z, row, rows, slot);
    BEAMPORT_ASSIGN(const auto reader, open_unchanged(index, io_));
    return image::read_into(*reader, *raw, row, rows, slot);
  }

  std::optional<FrameState> frame_state(std::int64_t z) const override {
    const auto index = checked(z);
    const auto stamp = os::stamp_of(directory_ / names_[index]);
    if (!stamp) return std::nullopt;
    return FrameState{version_of(*stamp) == places_[index].version ? 1U : 0U, *stamp};
  }

  Result<FrameState> await_frame(std::int64_t z) const override {
    const auto state = frame_state(z);
    if (!state || state->version == 0) return changed(checked(z));
    return *state;
  }

  bool prefers_whole_frames() const noexcept override { return first_.decodes_whole(); }
  std::string frame_name(std::int64_t z) const override { return names_[static_cast<std::size_t>(z)]; }
  std::optional<std::array<double, 3>> voxel_size_um() const override { return voxel_size_um_; }
  const std::vector<std::string>& notes() const noexcept override { return notes_; }

 private:
  std::size_t checked(std::int64_t z) const {
    BEAMPORT_CHECK(z >= 0 && z < extent().z);
    return static_cast<std::size_t>(z);
  }

  std::optional<RawFrame> raw_frame(std::size_t index) const {
    const SlicePlace& place = places_[index];
    if (place.first_pixel == 0) return std::nullopt;
    return RawFrame{place.first_pixel, first_.page.width, first_.page.height, first_.type, place.order};
  }

  Result<std::unique_ptr<PositionalReader>> open_unchanged(std::size_t index, os::IoMode io) const {
    BEAMPORT_ASSIGN(auto reader, open_file_reader(directory_ / names_[index], io));
    if (reader->version() != places_[index].version) return changed(index);
    return reader;
  }

  Failure changed(std::size_t index) const {
    const std::filesystem::path path = directory_ / names_[index];
    const auto now = TiffReader::open(path);
    std::string what = "it was written to again";
    if (!now) {
      what = "it is no whole image any more";
    } else if (!same_shape(now->pages().front(), first_)) {
      what = "it is now " + describe(now->pages().front());
    }
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{} changed while the stack was being read: {}; wait until the stack is complete and start "
                            "again",
                            path.string(), what));
  }

  std::filesystem::path directory_;
  std::vector<std::string> names_;
  std::vector<SlicePlace> places_;
  GreyPage first_;
  os::IoMode io_;
  std::optional<std::array<double, 3>> voxel_size_um_;
  std::vector<std::string> notes_;
  mutable OpenFiles open_files_{kMaxOpenFiles};
};

Result<SlicePlace> check_slice(const std::filesystem::path& path, const std::string& first_name,
                               const GreyPage& first) {
  BEAMPORT_ASSIGN(const TiffReader file, TiffReader::open(path));
  BEAMPORT_ASSIGN(const FrameMeaning meaning, meaning_of(file));
  if (meaning.frames != 1) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("{} has {} pages among files that are one slice each; convert it on its own, or take it out "
                    "of the directory",
                    file.name(), meaning.frames));
  }
  const GreyPage& page = file.pages().front();
  if (same_shape(page, first)) {
    const auto raw = file.raw_frame(page);
    return raw ? SlicePlace{file.version(), raw->first_pixel, raw->order} : SlicePlace{.version = file.version()};
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("{} is {}, but {} is {}; the slices of a volume have one shape and one type", file.name(),
                          describe(page), first_name, describe(first)));
}

// Checks all headers. Threads take the slices in order and stop behind the first bad one, so the error reported is that
// of the first bad slice however the threads ran.
class HeaderScan {
 public:
  HeaderScan(const std::filesystem::path& directory, const std::vector<std::string>& names, const GreyPage& first,
             const std::stop_token& stop)
      : directory_(directory), names_(names), first_(first), stop_(stop), end_(names.size()), places_(names.size()) {}

  Result<std::vector<SlicePlace>> run() {
    {
      std::vector<std::jthread> threads;
      for (int i = 1; i < kScanThreads; ++i) threads.emplace_back([this] { work(); });
      work();
    }
    if (stop_.stop_requested()) return fail_cancelled(directory_.string());
    if (error_) return fail(std::move(*error_));
    return std::move(places_);
  }

 private:
  void work() {
    for (std::size_t i = next_.fetch_add(1); i < end_.load() && !stop_.stop_requested(); i = next_.fetch_add(1)) {
      auto result = check_slice(directory_ / names_[i], names_.front(), first_);
      if (result) {
        places_[i] = *result;
        continue;
      }
      const std::scoped_lock lock(mutex_);
      if (i >= end_.load()) continue;
      end_.store(i);
      error_ = std::move(result.error());
    }
  }

  const std::filesystem::path& directory_;
  const std::vector<std::string>& names_;
  const GreyPage& first_;
  const std::stop_token& stop_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> end_;
  std::vector<SlicePlace> places_;  // each written by the thread that took its slice
  std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> open_slice_stack(const std::filesystem::path& directory,
                                                      std::vector<std::string> names, const StackOptions& options,
                                                      std::vector<std::string> notes) {
  BEAMPORT_CHECK(!names.empty());
  BEAMPORT_ASSIGN(const TiffReader file, TiffReader::open(directory / names.front()));
  BEAMPORT_ASSIGN(FrameMeaning meaning, meaning_of(file));
  const GreyPage first = file.pages().front();
  BEAMPORT_ASSIGN(auto places, HeaderScan(directory, names, first, options.stop).run());
  notes.insert(notes.end(), std::make_move_iterator(meaning.notes.begin()),
               std::make_move_iterator(meaning.notes.end()));
  return std::make_unique<SliceStack>(directory, std::move(names), std::move(places), first, options.io,
                                      meaning.voxel_size_um, std::move(notes));
}

}  // namespace beamport::image
