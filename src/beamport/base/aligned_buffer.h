// SPDX-License-Identifier: Apache-2.0
#pragma once

// Uninitialised memory aligned to 4 KiB, for large reads, chunk staging and direct I/O. Fixed size, move-only. From 4
// MiB on it is a mapping of its own that asks for huge pages: the first touch then costs a fault for every 2 MiB
// instead of every 4 KiB, and dropping the buffer gives the memory back at once.

#include <cstddef>
#include <memory>

#include "beamport/base/bytes.h"

namespace beamport {

class AlignedBuffer {
 public:
  static constexpr std::size_t kAlignment = 4096;

  AlignedBuffer() = default;
  /// Throws std::bad_alloc when there is no memory, as `new` does.
  explicit AlignedBuffer(std::size_t size);

  [[nodiscard]] std::size_t size() const noexcept { return bytes_ ? bytes_.get_deleter().size : 0; }
  [[nodiscard]] std::byte* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const std::byte* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] MutableByteView bytes() noexcept { return {data(), size()}; }
  [[nodiscard]] ByteView bytes() const noexcept { return {data(), size()}; }

 private:
  struct Free {
    std::size_t size;
    void operator()(std::byte* bytes) const noexcept;
  };
  std::unique_ptr<std::byte[], Free> bytes_;
};

}  // namespace beamport
