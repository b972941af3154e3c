// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and values: where a Zarr hierarchy lives. A key is a relative path of non-empty segments joined by '/'; never
// '.', '..', a backslash or a control character (checked by every store). Thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/byte_range.h"
#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::store {

/// kInvalidArgument, naming the key, unless it is one that every store accepts.
[[nodiscard]] Result<void> check_key(std::string_view key);

/// The name under which a value is written until it is finished: ".<segment>.part" beside it. Reserved: check_key
/// refuses such segments, and listings leave them out.
[[nodiscard]] std::string temporary_name(std::string_view segment);
[[nodiscard]] bool is_temporary_name(std::string_view segment) noexcept;

class Store {
 public:
  virtual ~Store() = default;

  /// Size of the value; kNotFound when there is none.
  [[nodiscard]] virtual Result<std::uint64_t> size(std::string_view key) const = 0;

  /// Whole value; kNotFound, or kOutOfRange beyond max_bytes.
  [[nodiscard]] virtual Result<Bytes> get(std::string_view key, std::uint64_t max_bytes) const = 0;

  /// Fills `to` from the offset; kCorrupt when the value ends before.
  [[nodiscard]] virtual Result<void> read(std::string_view key, std::uint64_t offset, MutableByteView to) const = 0;

  struct Entry {
    std::string name;        // last segment
    bool is_prefix = false;  // true: more keys below it
  };
  /// Direct children of a prefix ("" = root), sorted by name. An absent prefix has none.
  [[nodiscard]] virtual Result<std::vector<Entry>> list(std::string_view prefix) const = 0;

  /// For messages: "/data/scan.ome.zarr" or "memory".
  [[nodiscard]] virtual std::string describe() const = 0;
};

/// A part of a value.
struct Piece {
  ByteView bytes;
  std::optional<std::uint32_t> crc32c = std::nullopt;  // when it is known already (codec/crc32c.h)
};

/// One value being written from front to back. Without finish() nothing becomes visible under its key.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;  // drops an unfinished value
  [[nodiscard]] virtual Result<void> append(ByteView bytes) = 0;
  /// Appends the pieces one after the other. Pieces that begin at multiples of AlignedBuffer::kAlignment in memory and
  /// are multiples of it long may go to the disk from where they lie.
  [[nodiscard]] virtual Result<void> append_pieces(std::span<const Piece> pieces);
  /// Whole under its key, and durable (data, then name) when it returns, unless the store says otherwise. Call once,
  /// last.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

class WritableStore : public Store {
 public:
  /// Writes a small value at once, replacing an older one: all or nothing, durable when it returns
  /// unless the store says otherwise.
  [[nodiscard]] virtual Result<void> put(std::string_view key, ByteView value) = 0;

  /// Begins a large value. expected_bytes reserves space (0: unknown).
  [[nodiscard]] virtual Result<std::unique_ptr<ObjectWriter>> create(std::string_view key,
                                                                     std::uint64_t expected_bytes) = 0;

  /// Returns when everything written before is durable: values and their names. Called once before publishing.
  [[nodiscard]] virtual Result<void> sync() = 0;
};

}  // namespace beamport::store
