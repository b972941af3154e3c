// SPDX-License-Identifier: Apache-2.0
#include "beamport/os/slot_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "beamport/base/check.h"

namespace beamport::os {
namespace {

// Below this the kernel's reading ahead is worth more than the copy that is spared.
constexpr std::size_t kWorthDirect = std::size_t{256} << 10;

// The kernel fetches a file with half the effort when it is asked for in small pieces, one after the other.
constexpr std::size_t kFetchPiece = std::size_t{128} << 10;

// cachestat(2), Linux 6.5, which the C library does not know yet.
constexpr long kCachestat = 451;
struct CacheRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
struct CacheCounts {
  std::uint64_t cached = 0;
  std::uint64_t dirty = 0;
  std::uint64_t writeback = 0;
  std::uint64_t evicted = 0;
  std::uint64_t recently_evicted = 0;
};

// Looks whether a range is in the page cache, at three places inside: reading headers brings both ends of a TIFF file
// into the cache, and that must not count.
class CacheProbe {
 public:
  CacheProbe(const File& file, std::uint64_t offset, std::size_t length) : file_(file) {
    int cached = 0;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      places_[i] = offset + length / (places_.size() + 1) * (i + 1);
      if (is_cached(places_[i])) ++cached;
    }
    cached_ = cached >= 2;
  }

  bool cached() const noexcept { return cached_; }

  /// Drops the pages that looking brought in, lest the next look takes them for the file.
  void forget() const noexcept {
    if (!left_traces_ || cached_) return;
    for (const std::uint64_t place : places_) file_.forget_cached(place / kDirectBlock * kDirectBlock, kDirectBlock);
  }

 private:
  bool is_cached(std::uint64_t place) {
    CacheRange range{place, 1};
    CacheCounts counts;
    if (::syscall(kCachestat, file_.descriptor(), &range, &counts, 0U) == 0) return counts.cached > 0;
    // Refused for files that belong to others, and by older kernels. Asking for a byte without waiting works for all,
    // but makes the kernel fetch the page.
    std::byte byte{};
    const iovec to{&byte, 1};
    if (::preadv2(file_.descriptor(), &to, 1, static_cast<off_t>(place), RWF_NOWAIT) >= 0) return true;
    left_traces_ = true;
    return errno != EAGAIN;  // cannot be told: leave it to the kernel
  }

  const File& file_;
  std::array<std::uint64_t, 3> places_{};
  bool cached_ = false;
  bool left_traces_ = false;
};

}  // namespace

Result<SlotReader> SlotReader::open(const std::filesystem::path& path, IoMode mode) {
  BEAMPORT_ASSIGN(File file, File::open_read(path));
  BEAMPORT_ASSIGN(std::optional<File> direct, open_direct(file, mode));
  return SlotReader(std::move(file), std::move(direct), mode);
}

Result<MutableByteView> SlotReader::read_direct(std::uint64_t offset, std::size_t length, MutableByteView slot) const {
  const auto before = static_cast<std::size_t>(offset % kDirectBlock);
  const std::size_t blocks = round_up(before + length, kDirectBlock);
  BEAMPORT_ASSIGN(const std::size_t got, read_blocks(*direct_, offset - before, slot.first(blocks)));
  if (got >= before + length) return slot.subspan(before, length);
  return fail(ErrorCode::kCorrupt, fmt::format("{}: the file ends after byte {}, expected {} bytes from byte {}",
                                               file_.path().string(), offset - before + got, length, offset));
}

Result<MutableByteView> SlotReader::read(std::uint64_t offset, std::size_t length, MutableByteView slot) const {
  BEAMPORT_CHECK(reinterpret_cast<std::uintptr_t>(slot.data()) % kDirectBlock == 0);
  BEAMPORT_CHECK(slot.size() >= slot_bytes(length));
  const MutableByteView packed = slot.first(length);
  if (mode_ == IoMode::kDirect && length > 0) return read_direct(offset, length, slot);
  if (length < kWorthDirect) {
    BEAMPORT_TRY(file_.read_exactly(offset, packed));
    return packed;
  }
  const CacheProbe probe(file_, offset, length);
  if (direct_ && !probe.cached()) {
    Result<MutableByteView> direct = read_direct(offset, length, slot);
    probe.forget();
    if (direct || direct.error().code != ErrorCode::kInvalidArgument) return direct;
  }
  if (probe.cached()) {
    BEAMPORT_TRY(file_.read_exactly(offset, packed));
    return packed;
  }
  for (std::size_t done = 0; done < length; done += kFetchPiece) {
    BEAMPORT_TRY(file_.read_exactly(offset + done, packed.subspan(done, std::min(kFetchPiece, length - done))));
  }
  file_.forget_cached(offset, length);
  return packed;
}

}  // namespace beamport::os
