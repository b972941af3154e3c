// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory that two processes see: made here, its descriptor passed to the other, mapped there. Its size is sealed, so
// that neither side can make the other fault by shortening it. Both may write at any time: nothing in it may be
// believed. Movable; not synchronised.

#include <cstddef>

#include "beamport/base/bytes.h"
#include "beamport/base/result.h"

namespace beamport::os {

class SharedMemory {
 public:
  /// `name` is for those who look into /proc. Zeros; pages cost nothing before they are touched.
  [[nodiscard]] static Result<SharedMemory> create(const char* name, std::size_t bytes);
  /// The other side's: takes the descriptor over.
  [[nodiscard]] static Result<SharedMemory> map(int descriptor, std::size_t bytes);

  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] MutableByteView bytes() const noexcept { return bytes_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  SharedMemory(int descriptor, MutableByteView bytes) noexcept : descriptor_(descriptor), bytes_(bytes) {}

  int descriptor_ = -1;
  MutableByteView bytes_;
};

}  // namespace beamport::os
