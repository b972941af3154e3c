// SPDX-License-Identifier: Apache-2.0
#include "beamport/store/store.h"

#include <algorithm>

#include <fmt/format.h>

namespace beamport::store {
namespace {

constexpr std::size_t kMaxKeyLength = 1024;
constexpr std::size_t kMaxSegmentLength = 240;  // leaves room for the temporary name on common file systems

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string_view fault_of(std::string_view segment) {
  if (segment.empty()) return "an empty segment";
  if (segment == "." || segment == "..") return "a segment of dots";
  if (segment.size() > kMaxSegmentLength) return "a segment that is too long";
  if (is_temporary_name(segment)) return "the name of an unfinished value";
  return {};
}

Failure refused(std::string_view key, std::string_view fault) {
  std::string shown(key.substr(0, 80));
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  return fail(ErrorCode::kInvalidArgument, fmt::format("the key \"{}\" has {}", shown, fault));
}

}  // namespace

std::string temporary_name(std::string_view segment) {
  return fmt::format(".{}.part", segment);
}

bool is_temporary_name(std::string_view segment) noexcept {
  return segment.size() > 6 && segment.starts_with('.') && segment.ends_with(".part");
}

Result<void> check_key(std::string_view key) {
  if (key.size() > kMaxKeyLength) return refused(key, "too many characters");
  if (std::any_of(key.begin(), key.end(), is_control)) return refused(key, "a control character");
  if (key.find('\\') != std::string_view::npos) return refused(key, "a backslash");
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    if (const std::string_view fault = fault_of(key.substr(begin, end - begin)); !fault.empty()) {
      return refused(key, fault);
    }
    if (end == key.size()) return {};
    begin = end + 1;
  }
}

Result<void> ObjectWriter::append_pieces(std::span<const Piece> pieces) {
  for (const Piece& piece : pieces) BEAMPORT_TRY(append(piece.bytes));
  return {};
}

}  // namespace beamport::store
