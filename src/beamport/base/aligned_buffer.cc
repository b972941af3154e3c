// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/aligned_buffer.h"

#include <cstdint>
#include <limits>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

#include "beamport/base/checked_math.h"

namespace beamport {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kMappedFrom = std::size_t{4} << 20;

std::size_t mapped_bytes(std::size_t size) {
  static const auto kPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return round_up(size, kPage);
}

// The kernel uses a huge page only where a whole aligned one fits: maps one more, and gives back what lies around.
std::byte* map(std::size_t size) {
  if (size > std::numeric_limits<std::size_t>::max() - 2 * kHugePage) throw std::bad_alloc();
  const std::size_t length = mapped_bytes(size);
  void* const whole = ::mmap(nullptr, length + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<std::byte*>(whole);
  const std::size_t before =
      round_up(reinterpret_cast<std::uintptr_t>(whole), kHugePage) - reinterpret_cast<std::uintptr_t>(whole);
  std::byte* const aligned = begin + before;
  if (before > 0) ::munmap(begin, before);
  ::munmap(aligned + length, kHugePage - before);
  ::madvise(aligned, length, MADV_HUGEPAGE);  // advice only: a kernel without huge pages changes nothing but speed
  return aligned;
}

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t size)
    : bytes_(
          size >= kMappedFrom ? map(size) : static_cast<std::byte*>(::operator new(size, std::align_val_t{kAlignment})),
          Free{size}) {}

void AlignedBuffer::Free::operator()(std::byte* bytes) const noexcept {
  if (size >= kMappedFrom) {
    ::munmap(bytes, mapped_bytes(size));
  } else {
    ::operator delete(bytes, std::align_val_t{kAlignment});
  }
}

}  // namespace beamport
