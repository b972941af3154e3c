// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/staged_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/file.h>

#include "beamport/base/check.h"
#include "beamport/os/direct_io.h"

namespace beamport::store {
namespace {

constexpr std::uint64_t kMaxBuffer = std::uint64_t{4} << 20;
constexpr std::uint64_t kLargeValue = std::uint64_t{1} << 20;
constexpr std::uint64_t kMinBuffer = std::uint64_t{64} << 10;
// How far space is reserved ahead of a value of unknown size: long pieces on disk, and little to give back.
constexpr std::uint64_t kMinAhead = std::uint64_t{16} << 20;
constexpr std::uint64_t kMaxAhead = std::uint64_t{64} << 20;

std::size_t buffer_size_for(std::uint64_t expected_bytes) {
  if (expected_bytes == 0) return kMaxBuffer;
  return static_cast<std::size_t>(std::clamp(expected_bytes, kMinBuffer, kMaxBuffer));
}

bool is_aligned(const std::byte* bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes) % os::kDirectBlock == 0;
}

std::size_t whole_blocks(std::size_t size) {
  return size / os::kDirectBlock * os::kDirectBlock;
}

/// Takes the advisory lock; file systems without locks leave the matter to the caller's own order.
Result<void> lock(const os::File& file) {
  int status = 0;
  do {
    status = ::flock(file.descriptor(), LOCK_EX | LOCK_NB);
  } while (status != 0 && errno == EINTR);
  if (status == 0 || errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK) return {};
  if (errno == EWOULDBLOCK) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("{}: another writer is at work on it", file.path().string()));
  }
  return os::system_error(errno, "lock", file.path());
}

}  // namespace

Result<std::unique_ptr<StagedFile>> StagedFile::create(RootedDirectory directory, std::string name,
                                                       std::uint64_t expected_bytes, Durability durability,
                                                       os::IoMode io) {
  const std::string temporary = temporary_name(name);
  while (true) {
    BEAMPORT_ASSIGN(os::File file, directory.create_file(temporary));
    BEAMPORT_TRY(lock(file));
    // Between open and lock the former writer may have finished: then this descriptor is the published value itself.
    if (!directory.names(temporary, file)) continue;
    BEAMPORT_TRY(file.truncate(0));
    auto staged = std::unique_ptr<StagedFile>(
        new StagedFile(std::move(directory), std::move(name), std::move(file), expected_bytes, durability, io));
    if (expected_bytes > 0) BEAMPORT_TRY(staged->file_.reserve(expected_bytes));
    staged->reserved_ = expected_bytes;
    return staged;
  }
}

StagedFile::StagedFile(RootedDirectory directory, std::string name, os::File file, std::uint64_t expected_bytes,
                       Durability durability, os::IoMode io)
    : directory_(std::move(directory)),
      name_(std::move(name)),
      file_(std::move(file)),
      buffer_size_(buffer_size_for(expected_bytes)),
      durability_(durability),
      io_(io) {}

StagedFile::~StagedFile() {
  if (!finished_) directory_.remove_if_there(temporary_name(name_));
}

/// Values that fit into one buffer are small: they are not worth the effort.
Result<void> StagedFile::choose_way() {
  if (chosen_ || buffer_size_ < kMaxBuffer) return {};
  chosen_ = true;
  BEAMPORT_ASSIGN(direct_, os::open_direct(file_, io_));
  return {};
}

Result<void> StagedFile::reserve_ahead(std::uint64_t end) {
  if (end <= reserved_) return {};
  const std::uint64_t ahead = end + std::clamp(end, kMinAhead, kMaxAhead);
  Result<void> reserved = file_.reserve(ahead - reserved_, reserved_);
  if (reserved) {
    reserved_ = ahead;
  } else if (reserved.error().code == ErrorCode::kNoSpace) {
    // A nearly full disk may still hold what really comes.
    reserved = file_.reserve(end - reserved_, reserved_);
    if (reserved) reserved_ = end;
  }
  return reserved;
}

Result<void> StagedFile::write(ByteView bytes) {
  BEAMPORT_TRY(file_.write_all(written_, bytes));
  written_ += bytes.size();
  return {};
}

/// Aligned memory, whole blocks.
Result<void> StagedFile::write_blocks(ByteView blocks) {
  if (!direct_) return write(blocks);
  BEAMPORT_TRY(reserve_ahead(written_ + blocks.size()));
  Result<void> result = direct_->write_all(written_, blocks);
  if (result) {
    written_ += blocks.size();
    return {};
  }
  // Some file systems take O_DIRECT when opening and refuse it when writing.
  if (io_ == os::IoMode::kDirect || result.error().code != ErrorCode::kInvalidArgument) return result;
  direct_.reset();
  return write(blocks);
}

Result<void> StagedFile::append_all(ByteView bytes) {
  while (!bytes.empty()) {
    if (buffered_ == 0 && bytes.size() >= buffer_size_) {
      // Nothing to gather: straight from where it lies, as far as that is possible.
      BEAMPORT_TRY(choose_way());
      if (!direct_) return write(bytes);
      if (is_aligned(bytes.data())) {
        const std::size_t run = whole_blocks(bytes.size());
        BEAMPORT_TRY(write_blocks(bytes.first(run)));
        bytes = bytes.subspan(run);
        continue;
      }
    }
    if (buffer_.size() == 0) buffer_ = AlignedBuffer(buffer_size_);
    const std::size_t run = std::min(bytes.size(), buffer_size_ - buffered_);
    std::memcpy(buffer_.data() + buffered_, bytes.data(), run);
    buffered_ += run;
    bytes = bytes.subspan(run);
    if (buffered_ < buffer_size_) continue;
    BEAMPORT_TRY(choose_way());
    BEAMPORT_TRY(write_blocks(buffer_.bytes()));
    buffered_ = 0;
  }
  return {};
}

Result<void> StagedFile::append(ByteView bytes) {
  BEAMPORT_CHECK(!finished_);
  Result<void> result = append_all(bytes);
  if (!result) failed_ = true;
  return result;
}

/// Without a copy where the pieces allow it; what was gathered before goes first.
Result<void> StagedFile::append_all(std::span<const ByteView> pieces) {
  BEAMPORT_TRY(choose_way());
  const bool whole = std::ranges::all_of(
      pieces, [](ByteView piece) { return is_aligned(piece.data()) && piece.size() % os::kDirectBlock == 0; });
  if (!whole || buffered_ % os::kDirectBlock != 0) {
    for (const ByteView piece : pieces) BEAMPORT_TRY(append_all(piece));
    return {};
  }
  if (buffered_ > 0) BEAMPORT_TRY(write_blocks(buffer_.bytes().first(buffered_)));
  buffered_ = 0;
  std::uint64_t total = 0;
  for (const ByteView piece : pieces) total += piece.size();
  if (direct_) {
    BEAMPORT_TRY(reserve_ahead(written_ + total));
    Result<void> result = direct_->write_gathered(written_, pieces);
    if (!result && io_ == os::IoMode::kAuto && result.error().code == ErrorCode::kInvalidArgument) {
      direct_.reset();
    } else {
      BEAMPORT_TRY(std::move(result));
      written_ += total;
      return {};
    }
  }
  BEAMPORT_TRY(file_.write_gathered(written_, pieces));
  written_ += total;
  return {};
}

Result<void> StagedFile::append_pieces(std::span<const Piece> pieces) {
  BEAMPORT_CHECK(!finished_);
  std::vector<ByteView> views;
  views.reserve(pieces.size());
  for (const Piece& piece : pieces) views.push_back(piece.bytes);
  Result<void> result = append_all(views);
  if (!result) failed_ = true;
  return result;
}

Result<void> StagedFile::finish_all() {
  ByteView rest = buffer_.bytes().first(buffered_);
  if (direct_) {
    const std::size_t blocks = whole_blocks(rest.size());
    if (blocks > 0) BEAMPORT_TRY(write_blocks(rest.first(blocks)));
    rest = rest.subspan(blocks);
  }
  BEAMPORT_TRY(write(rest));
  BEAMPORT_TRY(file_.truncate(written_));  // gives back what was reserved and not used
  if (durability_ == Durability::kEachValue || written_ > kLargeValue) BEAMPORT_TRY(file_.sync());
  return directory_.rename(temporary_name(name_), name_);
}

Result<void> StagedFile::finish() {
  BEAMPORT_CHECK(!finished_);
  if (failed_) {
    return fail(ErrorCode::kIo,
                fmt::format("{}: an earlier write failed; the value is dropped", file_.path().string()));
  }
  BEAMPORT_TRY(finish_all());
  finished_ = true;
  if (durability_ == Durability::kOnSync) return {};
  return directory_.sync();
}

}  // namespace beamport::store
