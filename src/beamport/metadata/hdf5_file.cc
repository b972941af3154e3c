// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/hdf5_file.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "beamport/metadata/byte_cursor.h"

namespace beamport::metadata {
namespace {

constexpr std::uint16_t kContinuation = 0x10;
constexpr std::size_t kMaxMessages = 10'000;

bool is_size(std::size_t bytes) {
  return bytes == 2 || bytes == 4 || bytes == 8;
}

/// A run of messages in the file.
struct MessageRun {
  std::uint64_t address = 0;
  std::uint64_t length = 0;
};

struct HeaderForm {
  bool is_second = false;  // version 2
  bool has_creation_order = false;
};

}  // namespace

Result<Hdf5File> Hdf5File::open(const image::PositionalReader& reader, const Hdf5Limits& limits) {
  Hdf5File file(reader, limits);
  BEAMPORT_TRY(file.read_superblock());
  return file;
}

Failure Hdf5File::corrupt(std::uint64_t address, std::string_view what) const {
  return fail(ErrorCode::kCorrupt, fmt::format("{}: HDF5 at byte {}: {}", reader_->name(), address, what));
}

bool Hdf5File::is_defined(std::uint64_t address) const noexcept {
  return offset_bytes_ == 8 ? address != ~std::uint64_t{0} : address != (std::uint64_t{1} << (8 * offset_bytes_)) - 1;
}

std::uint64_t Hdf5File::bytes_after(std::uint64_t address) const noexcept {
  const std::uint64_t size = reader_->size() - std::min(base_, reader_->size());
  return size - std::min(address, size);
}

Result<Bytes> Hdf5File::read_block(std::uint64_t address, std::uint64_t length) {
  if (length > limits_.max_block_bytes) return corrupt(address, "a block is larger than any of metadata");
  if (length > bytes_after(address)) return corrupt(address, "lies outside of the file");
  ++blocks_;
  bytes_ += length;
  if (blocks_ > limits_.max_blocks || bytes_ > limits_.max_bytes) {
    return fail(ErrorCode::kResourceExhausted,
                fmt::format("{}: HDF5 with more metadata than is read ({} blocks, {} bytes)", reader_->name(),
                            limits_.max_blocks, limits_.max_bytes));
  }
  Bytes bytes(static_cast<std::size_t>(length));
  BEAMPORT_TRY(reader_->read_exactly(base_ + address, bytes));
  return bytes;
}

Result<Bytes> Hdf5File::read_signed_block(std::uint64_t address, std::uint64_t length, std::string_view signature) {
  BEAMPORT_ASSIGN(Bytes bytes, read_block(address, length));
  if (!as_text(bytes).starts_with(signature)) return corrupt(address, fmt::format("is no {}", signature));
  return bytes;
}

Result<void> Hdf5File::read_superblock() {
  constexpr std::uint64_t kMostBytes = 128;
  BEAMPORT_ASSIGN(const Bytes bytes, read_block(0, std::min(kMostBytes, reader_->size())));
  ByteCursor cursor(bytes);
  if (cursor.text(kHdf5Signature.size()) != kHdf5Signature) {
    return fail(ErrorCode::kUnsupported, fmt::format("{}: is no HDF5 file", reader_->name()));
  }
  const std::uint64_t version = cursor.number(1);
  if (version > 3) {
    return fail(ErrorCode::kUnsupported, fmt::format("{}: HDF5 superblock version {}", reader_->name(), version));
  }
  const bool old = version < 2;
  if (old) cursor.skip(4);
  offset_bytes_ = static_cast<std::size_t>(cursor.number(1));
  length_bytes_ = static_cast<std::size_t>(cursor.number(1));
  if (!is_size(offset_bytes_) || !is_size(length_bytes_)) return corrupt(0, "has odd sizes of offsets");
  cursor.skip(old ? 1 + 2 + 2 + 4 : 1);
  if (version == 1) cursor.skip(4);
  const std::uint64_t base = cursor.number(offset_bytes_);
  cursor.skip(offset_bytes_ * (old ? 4 : 2));  // what follows up to the root's header, its name included
  root_ = cursor.number(offset_bytes_);
  if (cursor.failed()) return corrupt(0, "the superblock is cut off");
  if (base > reader_->size()) return corrupt(0, "the base address lies outside of the file");
  base_ = base;
  return {};
}

Result<Hdf5Object> Hdf5File::read_object(std::uint64_t address) {
  constexpr std::uint64_t kPrefixBytes = 16;
  constexpr std::uint64_t kSecondPrefixBytes = 34;
  BEAMPORT_ASSIGN(const Bytes prefix, read_block(address, std::min(kSecondPrefixBytes, bytes_after(address))));
  ByteCursor cursor(prefix);
  HeaderForm form;
  std::deque<MessageRun> runs;
  if (as_text(prefix).starts_with("OHDR")) {
    cursor.skip(5);
    const std::uint64_t flags = cursor.number(1);
    form = {.is_second = true, .has_creation_order = (flags & 0x04U) != 0};
    if ((flags & 0x20U) != 0) cursor.skip(16);
    if ((flags & 0x10U) != 0) cursor.skip(4);
    const std::uint64_t length = cursor.number(std::size_t{1} << (flags & 3U));
    runs.push_back({address + cursor.taken(), length});
  } else {
    if (cursor.number(1) != 1) return corrupt(address, "is no object header");
    cursor.skip(7);
    runs.push_back({address + kPrefixBytes, cursor.number(4)});
  }
  if (cursor.failed()) return corrupt(address, "an object header is cut off");
  Hdf5Object object;
  for (std::size_t seen = 0; !runs.empty() && object.size() < kMaxMessages; runs.pop_front()) {
    if (++seen > kMaxMessages) return corrupt(address, "an object header does not end");
    BEAMPORT_ASSIGN(const Bytes block, read_block(runs.front().address, runs.front().length));
    ByteCursor messages(block);
    const std::size_t header_bytes = form.is_second ? (form.has_creation_order ? 6 : 4) : 8;
    while (messages.left() >= header_bytes) {
      Hdf5Message message;
      message.type = static_cast<std::uint16_t>(messages.number(form.is_second ? 1 : 2));
      const auto size = static_cast<std::size_t>(messages.number(2));
      message.shared = (messages.number(1) & 0x02U) != 0;
      messages.skip(header_bytes - (form.is_second ? 4 : 5));
      const ByteView data = messages.take(size);
      if (messages.failed()) break;  // what is left is shorter than a message: a gap
      if (message.type == kContinuation && !message.shared) {
        ByteCursor where(data);
        MessageRun run;
        run.address = where.number(offset_bytes_);
        run.length = where.number(length_bytes_);
        if (where.failed()) return corrupt(address, "a continuation is cut off");
        if (form.is_second) {  // "OCHK" in front, a checksum behind
          if (run.length < 8) return corrupt(run.address, "a continuation is too short");
          run.address += 4;
          run.length -= 8;
        }
        runs.push_back(run);
        continue;
      }
      message.data.assign(data.begin(), data.end());
      object.push_back(std::move(message));
    }
  }
  return object;
}

bool Hdf5File::is_dataset(const Hdf5Object& object) noexcept {
  constexpr std::uint16_t kDataLayout = 0x08;
  return std::ranges::any_of(object, [](const Hdf5Message& message) { return message.type == kDataLayout; });
}

}  // namespace beamport::metadata
