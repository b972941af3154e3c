// SPDX-License-Identifier: Apache-2.0
#include "beamport/array/data_type.h"

#include <array>

namespace beamport {
namespace {

struct Entry {
  DataType type;
  std::string_view name;
};

constexpr std::array<Entry, 10> kEntries{{
    {DataType::kUint8, "uint8"},
    {DataType::kInt8, "int8"},
    {DataType::kUint16, "uint16"},
    {DataType::kInt16, "int16"},
    {DataType::kUint32, "uint32"},
    {DataType::kInt32, "int32"},
    {DataType::kUint64, "uint64"},
    {DataType::kInt64, "int64"},
    {DataType::kFloat32, "float32"},
    {DataType::kFloat64, "float64"},
}};

}  // namespace

std::string_view name_of(DataType type) noexcept {
  return kEntries[static_cast<std::size_t>(type)].name;
}

std::optional<DataType> parse_data_type(std::string_view name) noexcept {
  for (const Entry& entry : kEntries) {
    if (entry.name == name) return entry.type;
  }
  return std::nullopt;
}

std::size_t size_of(DataType type) noexcept {
  return visit_data_type(type, []<typename T>() { return sizeof(T); });
}

bool is_floating(DataType type) noexcept {
  return type == DataType::kFloat32 || type == DataType::kFloat64;
}

}  // namespace beamport
