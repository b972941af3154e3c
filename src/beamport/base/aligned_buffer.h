// SPDX-License-Identifier: Apache-2.0
#pragma once

// Uninitialised memory aligned to 4 KiB, for large reads, chunk staging and direct I/O. Fixed size, move-only.

#include <cstddef>
#include <memory>

#include "beamport/base/bytes.h"

namespace beamport {

class AlignedBuffer {
 public:
  static constexpr std::size_t kAlignment = 4096;

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::byte* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const std::byte* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] MutableByteView bytes() noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] ByteView bytes() const noexcept { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const noexcept;
  };
  std::unique_ptr<std::byte[], Free> bytes_;
  std::size_t size_ = 0;
};

}  // namespace beamport
