// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/recording_store.h"

#include <algorithm>
#include <utility>

#include "beamport/codec/crc32c.h"

namespace beamport::ingest {
namespace {

constexpr std::uint64_t kPieceBytes = std::uint64_t{1} << 20;

}  // namespace

class RecordingStore::Writer final : public store::ObjectWriter {
 public:
  Writer(RecordingStore& store, std::string key, std::unique_ptr<store::ObjectWriter> target)
      : store_(store), entry_{std::move(key), 0, 0}, target_(std::move(target)) {}

  Result<void> append(ByteView bytes) override {
    add(bytes);
    return target_->append(bytes);
  }
  Result<void> append_pieces(std::span<const store::Piece> pieces) override {
    for (const store::Piece& piece : pieces) add(piece);
    return target_->append_pieces(pieces);
  }
  Result<void> finish() override {
    BEAMPORT_TRY(target_->finish());
    store_.note(std::move(entry_));
    return {};
  }

 private:
  void add(const store::Piece& piece) noexcept {
    if (!piece.crc32c) return add(piece.bytes);
    entry_.crc32c = codec::crc32c_of_joined(entry_.crc32c, *piece.crc32c, piece.bytes.size());
    entry_.size += piece.bytes.size();
  }
  void add(ByteView bytes) noexcept {
    entry_.crc32c = codec::crc32c(bytes, entry_.crc32c);
    entry_.size += bytes.size();
  }

  RecordingStore& store_;
  ManifestEntry entry_;
  std::unique_ptr<store::ObjectWriter> target_;
};

Result<void> RecordingStore::put(std::string_view key, ByteView value) {
  BEAMPORT_TRY(target_->put(key, value));
  note({std::string(key), value.size(), codec::crc32c(value)});
  return {};
}

Result<std::unique_ptr<store::ObjectWriter>> RecordingStore::create(std::string_view key,
                                                                    std::uint64_t expected_bytes) {
  BEAMPORT_ASSIGN(auto target, target_->create(key, expected_bytes));
  return std::make_unique<Writer>(*this, std::string(key), std::move(target));
}

Result<void> RecordingStore::adopt(std::string_view key) {
  BEAMPORT_ASSIGN(ManifestEntry entry, read_entry(*target_, key));
  note(std::move(entry));
  return {};
}

std::optional<ManifestEntry> RecordingStore::find(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(key);
  return entry == entries_.end() ? std::nullopt : std::optional(entry->second);
}

Manifest RecordingStore::manifest() const {
  const std::lock_guard lock(mutex_);
  std::vector<ManifestEntry> entries;
  entries.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) entries.push_back(entry);
  return Manifest(std::move(entries));
}

void RecordingStore::note(ManifestEntry entry) {
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(entry.key, std::move(entry));
}

Result<ManifestEntry> read_entry(const store::Store& store, std::string_view key, const PieceObserver& observer) {
  ManifestEntry entry{std::string(key), 0, 0};
  BEAMPORT_ASSIGN(entry.size, store.size(key));
  Bytes piece(static_cast<std::size_t>(std::min(entry.size, kPieceBytes)));
  for (std::uint64_t offset = 0; offset < entry.size; offset += piece.size()) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), entry.size - offset));
    const MutableByteView part = MutableByteView(piece).first(length);
    BEAMPORT_TRY(store.read(key, offset, part));
    entry.crc32c = codec::crc32c(part, entry.crc32c);
    BEAMPORT_TRY(observer(length));
  }
  return entry;
}

}  // namespace beamport::ingest
