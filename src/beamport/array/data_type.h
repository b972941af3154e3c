// SPDX-License-Identifier: Apache-2.0
#pragma once

// The voxel types that Beamport reads and writes, their names as Zarr v3 spells them, and the one place where a
// run-time type becomes a compile-time one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "beamport/base/check.h"

namespace beamport {

enum class DataType : std::uint8_t {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kUint64,
  kInt64,
  kFloat32,
  kFloat64
};

/// "uint8", "float32", …
[[nodiscard]] std::string_view name_of(DataType type) noexcept;
[[nodiscard]] std::optional<DataType> parse_data_type(std::string_view name) noexcept;
[[nodiscard]] std::size_t size_of(DataType type) noexcept;
[[nodiscard]] bool is_floating(DataType type) noexcept;

/// Calls f.operator()<T>() with the C++ type behind `type`.
template <typename F>
decltype(auto) visit_data_type(DataType type, F&& f) {
  switch (type) {
    case DataType::kUint8:
      return std::forward<F>(f).template operator()<std::uint8_t>();
    case DataType::kInt8:
      return std::forward<F>(f).template operator()<std::int8_t>();
    case DataType::kUint16:
      return std::forward<F>(f).template operator()<std::uint16_t>();
    case DataType::kInt16:
      return std::forward<F>(f).template operator()<std::int16_t>();
    case DataType::kUint32:
      return std::forward<F>(f).template operator()<std::uint32_t>();
    case DataType::kInt32:
      return std::forward<F>(f).template operator()<std::int32_t>();
    case DataType::kUint64:
      return std::forward<F>(f).template operator()<std::uint64_t>();
    case DataType::kInt64:
      return std::forward<F>(f).template operator()<std::int64_t>();
    case DataType::kFloat32:
      return std::forward<F>(f).template operator()<float>();
    case DataType::kFloat64:
      return std::forward<F>(f).template operator()<double>();
  }
  check_failed("a known data type", __FILE__, __LINE__);
}

template <typename T>
[[nodiscard]] constexpr DataType data_type_of() noexcept {
  if constexpr (std::is_same_v<T, std::uint8_t>) return DataType::kUint8;
  if constexpr (std::is_same_v<T, std::int8_t>) return DataType::kInt8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return DataType::kUint16;
  if constexpr (std::is_same_v<T, std::int16_t>) return DataType::kInt16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return DataType::kUint32;
  if constexpr (std::is_same_v<T, std::int32_t>) return DataType::kInt32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return DataType::kUint64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DataType::kInt64;
  if constexpr (std::is_same_v<T, float>) return DataType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DataType::kFloat64;
}

}  // namespace beamport
