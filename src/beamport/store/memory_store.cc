// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/memory_store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace beamport::store {
namespace {

class MemoryWriter final : public ObjectWriter {
 public:
  MemoryWriter(MemoryStore& store, std::string key) : store_(store), key_(std::move(key)) {}

  [[nodiscard]] Result<void> append(ByteView bytes) override {
    value_.insert(value_.end(), bytes.begin(), bytes.end());
    return {};
  }
  [[nodiscard]] Result<void> finish() override { return store_.put(key_, value_); }

 private:
  MemoryStore& store_;
  std::string key_;
  Bytes value_;
};

}  // namespace

Result<MemoryStore::Value> MemoryStore::find(std::string_view key) const {
  BEAMPORT_TRY(check_key(key));
  const std::lock_guard lock(mutex_);
  const auto found = values_.find(key);
  if (found == values_.end()) return fail(ErrorCode::kNotFound, fmt::format("memory: no value \"{}\"", key));
  return found->second;
}

Result<std::uint64_t> MemoryStore::size(std::string_view key) const {
  BEAMPORT_ASSIGN(const Value value, find(key));
  return value->size();
}

Result<Bytes> MemoryStore::get(std::string_view key, std::uint64_t max_bytes) const {
  BEAMPORT_ASSIGN(const Value value, find(key));
  if (value->size() > max_bytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("memory: \"{}\" has {} bytes; at most {} are expected here", key,
                                                    value->size(), max_bytes));
  }
  return *value;
}

Result<void> MemoryStore::read(std::string_view key, std::uint64_t offset, MutableByteView to) const {
  BEAMPORT_ASSIGN(const Value value, find(key));
  if (offset > value->size() || to.size() > value->size() - offset) {
    return fail(ErrorCode::kCorrupt, fmt::format("memory: \"{}\" ends at byte {}, expected {} bytes from byte {}", key,
                                                 value->size(), to.size(), offset));
  }
  std::copy_n(value->begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
  return {};
}

Result<std::vector<Store::Entry>> MemoryStore::list(std::string_view prefix) const {
  if (!prefix.empty()) BEAMPORT_TRY(check_key(prefix));
  const std::string below = prefix.empty() ? std::string() : fmt::format("{}/", prefix);
  std::vector<Entry> entries;
  const std::lock_guard lock(mutex_);
  for (auto it = values_.lower_bound(below); it != values_.end() && it->first.starts_with(below); ++it) {
    const std::string_view rest = std::string_view(it->first).substr(below.size());
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    const bool is_prefix = slash != std::string_view::npos;
    // Keys of one prefix are adjacent but for names that sort between it and its slash.
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == name; });
    if (same == entries.end()) entries.push_back({std::string(name), is_prefix});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Result<void> MemoryStore::put(std::string_view key, ByteView value) {
  BEAMPORT_TRY(check_key(key));
  auto held = std::make_shared<const Bytes>(value.begin(), value.end());
  const std::lock_guard lock(mutex_);
  values_.insert_or_assign(std::string(key), std::move(held));
  return {};
}

Result<std::unique_ptr<ObjectWriter>> MemoryStore::create(std::string_view key, std::uint64_t /*expected_bytes*/) {
  BEAMPORT_TRY(check_key(key));
  return std::make_unique<MemoryWriter>(*this, std::string(key));
}

}  // namespace beamport::store
