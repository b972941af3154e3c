// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/aligned_buffer.h"

#include <new>

namespace beamport {

AlignedBuffer::AlignedBuffer(std::size_t size)
    : bytes_(static_cast<std::byte*>(::operator new(size, std::align_val_t{kAlignment}))), size_(size) {}

void AlignedBuffer::Free::operator()(std::byte* bytes) const noexcept {
  ::operator delete(bytes, std::align_val_t{kAlignment});
}

}  // namespace beamport
