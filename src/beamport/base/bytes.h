// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bytes as values and views, and integers in a stated byte order. Loads and stores go through memcpy: no alignment
// needed.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace beamport {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

[[nodiscard]] inline ByteView as_byte_view(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename T>
  requires std::is_trivially_copyable_v<T> && (sizeof(T) <= 8)
[[nodiscard]] constexpr T swap_bytes(T value) noexcept {
  auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
  for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
  return std::bit_cast<T>(bytes);
}

/// Loads a T stored in the given byte order. The span must hold at least sizeof(T) bytes.
template <typename T>
[[nodiscard]] T load(ByteView from, std::endian order) noexcept {
  T value;
  std::memcpy(&value, from.data(), sizeof(T));
  return order == std::endian::native ? value : swap_bytes(value);
}

template <typename T>
[[nodiscard]] T load_little(ByteView from) noexcept {
  return load<T>(from, std::endian::little);
}

/// Stores a T in little-endian order. The span must hold at least sizeof(T) bytes.
template <typename T>
void store_little(MutableByteView to, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = swap_bytes(value);
  std::memcpy(to.data(), &value, sizeof(T));
}

}  // namespace beamport
