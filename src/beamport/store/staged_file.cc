// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/staged_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/file.h>

#include "beamport/base/check.h"

namespace beamport::store {
namespace {

constexpr std::uint64_t kMaxBuffer = std::uint64_t{4} << 20;
constexpr std::uint64_t kLargeValue = std::uint64_t{1} << 20;
constexpr std::uint64_t kMinBuffer = std::uint64_t{64} << 10;

std::size_t buffer_size_for(std::uint64_t expected_bytes) {
  if (expected_bytes == 0) return kMaxBuffer;
  return static_cast<std::size_t>(std::clamp(expected_bytes, kMinBuffer, kMaxBuffer));
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
                                                       std::uint64_t expected_bytes, Durability durability) {
  const std::string temporary = temporary_name(name);
  while (true) {
    BEAMPORT_ASSIGN(os::File file, directory.create_file(temporary));
    BEAMPORT_TRY(lock(file));
    // Between open and lock the former writer may have finished: then this descriptor is the published value itself.
    if (!directory.names(temporary, file)) continue;
    BEAMPORT_TRY(file.truncate(0));
    auto staged = std::unique_ptr<StagedFile>(
        new StagedFile(std::move(directory), std::move(name), std::move(file), expected_bytes, durability));
    if (expected_bytes > 0) BEAMPORT_TRY(staged->file_.reserve(expected_bytes));
    return staged;
  }
}

StagedFile::StagedFile(RootedDirectory directory, std::string name, os::File file, std::uint64_t expected_bytes,
                       Durability durability)
    : directory_(std::move(directory)),
      name_(std::move(name)),
      file_(std::move(file)),
      buffer_size_(buffer_size_for(expected_bytes)),
      durability_(durability) {}

StagedFile::~StagedFile() {
  if (!finished_) directory_.remove_if_there(temporary_name(name_));
}

Result<void> StagedFile::write(ByteView bytes) {
  Result<void> result = file_.write_all(written_, bytes);
  if (result) {
    written_ += bytes.size();
  } else {
    failed_ = true;
  }
  return result;
}

Result<void> StagedFile::flush() {
  const ByteView pending = buffer_.bytes().first(buffered_);
  buffered_ = 0;
  return write(pending);
}

Result<void> StagedFile::append(ByteView bytes) {
  BEAMPORT_CHECK(!finished_);
  while (!bytes.empty()) {
    if (buffered_ == 0 && bytes.size() >= buffer_size_) return write(bytes);
    if (buffer_.size() == 0) buffer_ = AlignedBuffer(buffer_size_);
    const std::size_t run = std::min(bytes.size(), buffer_size_ - buffered_);
    std::memcpy(buffer_.data() + buffered_, bytes.data(), run);
    buffered_ += run;
    bytes = bytes.subspan(run);
    if (buffered_ == buffer_size_) BEAMPORT_TRY(flush());
  }
  return {};
}

Result<void> StagedFile::finish() {
  BEAMPORT_CHECK(!finished_);
  if (failed_) {
    return fail(ErrorCode::kIo,
                fmt::format("{}: an earlier write failed; the value is dropped", file_.path().string()));
  }
  BEAMPORT_TRY(flush());
  BEAMPORT_TRY(file_.truncate(written_));  // gives back what was reserved and not used
  if (durability_ == Durability::kEachValue || written_ > kLargeValue) BEAMPORT_TRY(file_.sync());
  BEAMPORT_TRY(directory_.rename(temporary_name(name_), name_));
  finished_ = true;
  if (durability_ == Durability::kOnSync) return {};
  return directory_.sync();
}

}  // namespace beamport::store
