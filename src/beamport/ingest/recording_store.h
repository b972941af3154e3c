// SPDX-License-Identifier: Apache-2.0
#pragma once

// Writes into another store and takes down what was written: of every value its size and CRC-32C, from which the
// manifest is made. Nothing is read back, and bytes whose
// checksum comes with them are not looked at. Thread-safe; one ObjectWriter belongs to one thread at a time.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "beamport/ingest/manifest.h"
#include "beamport/store/store.h"

namespace beamport::ingest {

class RecordingStore final : public store::WritableStore {
 public:
  explicit RecordingStore(std::shared_ptr<store::WritableStore> target) : target_(std::move(target)) {}

  [[nodiscard]] Result<std::uint64_t> size(std::string_view key) const override { return target_->size(key); }
  [[nodiscard]] Result<Bytes> get(std::string_view key, std::uint64_t max_bytes) const override {
    return target_->get(key, max_bytes);
  }
  [[nodiscard]] Result<void> read(std::string_view key, std::uint64_t offset, MutableByteView to) const override {
    return target_->read(key, offset, to);
  }
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view prefix) const override {
    return target_->list(prefix);
  }
  [[nodiscard]] std::string describe() const override { return target_->describe(); }

  [[nodiscard]] Result<void> put(std::string_view key, ByteView value) override;
  [[nodiscard]] Result<std::unique_ptr<store::ObjectWriter>> create(std::string_view key,
                                                                    std::uint64_t expected_bytes) override;
  [[nodiscard]] Result<void> sync() override { return target_->sync(); }

  /// Takes a value down that is there already, by reading it.
  [[nodiscard]] Result<void> adopt(std::string_view key);
  /// The same without reading it: what it was when it was written, so that damage since then shows.
  void adopt(ManifestEntry entry) { note(std::move(entry)); }

  /// What was taken down of that value.
  [[nodiscard]] std::optional<ManifestEntry> find(std::string_view key) const;

  /// Of everything that was written and finished so far; of a value that was replaced, the last one.
  [[nodiscard]] Manifest manifest() const;

 private:
  class Writer;

  void note(ManifestEntry entry);

  std::shared_ptr<store::WritableStore> target_;
  mutable std::mutex mutex_;
  std::map<std::string, ManifestEntry, std::less<>> entries_;
};

/// Called with the size of what was read; may wait. An error ends the reading.
using PieceObserver = std::function<Result<void>(std::uint64_t bytes)>;

/// Size and CRC-32C of a value, read in pieces.
[[nodiscard]] Result<ManifestEntry> read_entry(
    const store::Store& store, std::string_view key,
    const PieceObserver& observer = [](std::uint64_t) { return Result<void>(); });

}  // namespace beamport::ingest
