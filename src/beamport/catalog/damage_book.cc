// SPDX-License-Identifier: Apache-2.0
#include "beamport/catalog/damage_book.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "beamport/base/json_decode.h"
#include "beamport/base/json_encode.h"
#include "beamport/os/file.h"

namespace beamport::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{1} << 20;

}  // namespace

std::string summary_of(const DamageRecord& record) {
  const std::string where = record.places.empty()
                                ? std::string()
                                : fmt::format(": {} {}", record.places.front().file, record.places.front().problem);
  const std::string others = record.damaged_files > 1 ? fmt::format(", and {} more", record.damaged_files - 1) : "";
  return fmt::format("damaged on disk{}{} (found {}){}{}", where, others, record.found, record.repair ? "; " : "",
                     record.repair.value_or(""));
}

DamageBook::DamageBook(const fs::path& root)
    : folder_((root.extension() == ".zarr" ? root.parent_path() : root) / ".beamport" / "damage") {}

Result<void> DamageBook::put(const DatasetId& id, const DamageRecord& record) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return os::system_error(error.value(), "create", folder_);
  BEAMPORT_TRY(os::replace_file(path_of(id), as_byte_view(write_json_pretty(encode_json(record)))));
  // The folders themselves may be new; their names must last as well.
  BEAMPORT_TRY(os::sync_directory(folder_.parent_path()));
  return os::sync_directory(folder_.parent_path().parent_path());
}

Result<void> DamageBook::clear(const DatasetId& id) const {
  if (::unlink(path_of(id).c_str()) == 0) return os::sync_directory(folder_);
  if (errno == ENOENT) return {};
  return os::system_error(errno, "remove", path_of(id));
}

Result<std::optional<DamageRecord>> DamageBook::find(const DatasetId& id) const {
  const auto text = os::read_file(path_of(id), kMaxRecordBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!text) return fail(text.error());
  BEAMPORT_ASSIGN(const Json json, parse_json(as_text(*text)).map_error(in_context(path_of(id).string())));
  auto record = decode_json<DamageRecord>(json);
  if (!record) return fail(to_error(record.error(), path_of(id).string()));
  return std::move(*record);
}

Result<std::set<DatasetId>> DamageBook::ids() const {
  std::set<DatasetId> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".json") continue;
    if (auto id = DatasetId::parse(entry->path().stem().string())) found.insert(std::move(*id));
  }
  if (error && error != std::errc::no_such_file_or_directory) return os::system_error(error.value(), "list", folder_);
  return found;
}

}  // namespace beamport::catalog
