// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/dialect.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "beamport/base/bytes.h"

namespace beamport::metadata {

std::span<const Dialect> dialects() noexcept {
  static const std::array kDialects{kP14Dialect,   kDesyDialect, kScicatDialect, kBrukerDialect,
                                    kNikonDialect, kTiffDialect, kHdf5Dialect};
  return kDialects;
}

std::string_view file_name_of(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

const Dialect* dialect_of(std::string_view file_name, std::string_view head) {
  for (const Dialect& dialect : dialects()) {
    if (dialect.sniff(file_name, head)) return &dialect;
  }
  return nullptr;
}

Result<std::string> read_text(const image::PositionalReader& file) {
  if (file.size() > kMaxTextFileBytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("{}: {} bytes; metadata of more than {} is not read", file.name(),
                                                    file.size(), kMaxTextFileBytes));
  }
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  BEAMPORT_TRY(file.read_exactly(0, std::as_writable_bytes(std::span(text))));
  return text;
}

Result<Record> read_metadata(const image::PositionalReader& file) {
  std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kHeadBytes)), '\0');
  BEAMPORT_TRY(file.read_exactly(0, std::as_writable_bytes(std::span(head))));
  const Dialect* dialect = dialect_of(file_name_of(file.name()), head);
  if (dialect == nullptr) {
    return fail(ErrorCode::kUnsupported, fmt::format("{}: no kind of metadata that Beamport reads", file.name()));
  }
  return dialect->read(file);
}

Result<Record> read_metadata(const std::filesystem::path& path) {
  BEAMPORT_ASSIGN(const auto file, image::open_file_reader(path));
  return read_metadata(*file);
}

}  // namespace beamport::metadata
