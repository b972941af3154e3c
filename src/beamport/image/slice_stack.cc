// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/slice_stack.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/image/frame_meaning.h"
#include "beamport/image/open_files.h"
#include "beamport/image/tiff_reader.h"

namespace beamport::image {
namespace {

constexpr std::size_t kMaxOpenFiles = 64;
constexpr int kScanThreads = 2;  // header reads wait for the disk, above all on network file systems

class SliceStack final : public FrameSource {
 public:
  SliceStack(std::filesystem::path directory, std::vector<std::string> names, GreyPage first,
             std::optional<std::array<double, 3>> voxel_size_um, std::vector<std::string> notes)
      : directory_(std::move(directory)),
        names_(std::move(names)),
        first_(first),
        voxel_size_um_(voxel_size_um),
        notes_(std::move(notes)) {}

  Extent extent() const noexcept override {
    return {static_cast<std::int64_t>(names_.size()), first_.page.height, first_.page.width};
  }
  DataType type() const noexcept override { return first_.type; }

  Result<void> read_rows(std::int64_t z, std::int64_t row, MutableVolumeView to) const override {
    BEAMPORT_CHECK(z >= 0 && z < extent().z);
    const auto index = static_cast<std::size_t>(z);
    BEAMPORT_ASSIGN(const auto file, open_files_.get(index, directory_ / names_[index]));
    const GreyPage& page = file->pages().front();
    if (file->pages().size() != 1 || !same_shape(page, first_)) {
      return fail(ErrorCode::kFailedPrecondition,
                  fmt::format("{} changed while it was being read: it is now {}; wait until the stack is complete and "
                              "start again",
                              file->name(), describe(page)));
    }
    return file->read_rows(page, row, to);
  }

  bool prefers_whole_frames() const noexcept override { return first_.decodes_whole(); }
  std::string frame_name(std::int64_t z) const override { return names_[static_cast<std::size_t>(z)]; }
  std::optional<std::array<double, 3>> voxel_size_um() const override { return voxel_size_um_; }
  const std::vector<std::string>& notes() const noexcept override { return notes_; }

 private:
  std::filesystem::path directory_;
  std::vector<std::string> names_;
  GreyPage first_;
  std::optional<std::array<double, 3>> voxel_size_um_;
  std::vector<std::string> notes_;
  mutable OpenFiles open_files_{kMaxOpenFiles};
};

Result<void> check_slice(const std::filesystem::path& path, const std::string& first_name, const GreyPage& first) {
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
  if (same_shape(page, first)) return {};
  return fail(ErrorCode::kUnsupported,
              fmt::format("{} is {}, but {} is {}; the slices of a volume have one shape and one type", file.name(),
                          describe(page), first_name, describe(first)));
}

// Checks all headers. Threads take the slices in order and stop behind the first bad one, so the error reported is that
// of the first bad slice however the threads ran.
class HeaderScan {
 public:
  HeaderScan(const std::filesystem::path& directory, const std::vector<std::string>& names, const GreyPage& first)
      : directory_(directory), names_(names), first_(first), end_(names.size()) {}

  Result<void> run() {
    {
      std::vector<std::jthread> threads;
      for (int i = 1; i < kScanThreads; ++i) threads.emplace_back([this] { work(); });
      work();
    }
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  void work() {
    for (std::size_t i = next_.fetch_add(1); i < end_.load(); i = next_.fetch_add(1)) {
      auto result = check_slice(directory_ / names_[i], names_.front(), first_);
      if (result) continue;
      const std::scoped_lock lock(mutex_);
      if (i >= end_.load()) continue;
      end_.store(i);
      error_ = std::move(result.error());
    }
  }

  const std::filesystem::path& directory_;
  const std::vector<std::string>& names_;
  const GreyPage& first_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> end_;
  std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> open_slice_stack(const std::filesystem::path& directory,
                                                      std::vector<std::string> names, std::vector<std::string> notes) {
  BEAMPORT_CHECK(!names.empty());
  BEAMPORT_ASSIGN(const TiffReader file, TiffReader::open(directory / names.front()));
  BEAMPORT_ASSIGN(FrameMeaning meaning, meaning_of(file));
  const GreyPage first = file.pages().front();
  BEAMPORT_TRY(HeaderScan(directory, names, first).run());
  notes.insert(notes.end(), std::make_move_iterator(meaning.notes.begin()),
               std::make_move_iterator(meaning.notes.end()));
  return std::make_unique<SliceStack>(directory, std::move(names), first, meaning.voxel_size_um, std::move(notes));
}

}  // namespace beamport::image
