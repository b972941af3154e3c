// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and values in memory: for tests and for hierarchies that are made on the fly. Values are immutable once
// finished. Thread-safe.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "beamport/store/store.h"

namespace beamport::store {

class MemoryStore final : public WritableStore {
 public:
  [[nodiscard]] Result<std::uint64_t> size(std::string_view key) const override;
  [[nodiscard]] Result<Bytes> get(std::string_view key, std::uint64_t max_bytes) const override;
  [[nodiscard]] Result<void> read(std::string_view key, std::uint64_t offset, MutableByteView to) const override;
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view prefix) const override;
  [[nodiscard]] std::string describe() const override { return "memory"; }

  [[nodiscard]] Result<void> put(std::string_view key, ByteView value) override;
  /// The store must outlive the writer.
  [[nodiscard]] Result<std::unique_ptr<ObjectWriter>> create(std::string_view key,
                                                             std::uint64_t expected_bytes) override;
  [[nodiscard]] Result<void> sync() override { return {}; }

 private:
  using Value = std::shared_ptr<const Bytes>;
  [[nodiscard]] Result<Value> find(std::string_view key) const;

  mutable std::mutex mutex_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace beamport::store
