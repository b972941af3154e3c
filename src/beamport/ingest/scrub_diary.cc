// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scrub_diary.h"

#include <system_error>

#include "beamport/base/json_decode.h"
#include "beamport/base/json_encode.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{1} << 20;

fs::path path_of(const fs::path& data) {
  return data / ".beamport" / "scrub.json";
}

}  // namespace

Result<ScrubDiary> read_diary(const fs::path& data) {
  const auto text = os::read_file(path_of(data), kMaxDocumentBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return ScrubDiary{};
  if (!text) return fail(text.error());
  const auto json = parse_json(as_text(*text));
  if (!json) return fail(ErrorCode::kCorrupt, path_of(data).string() + ": " + json.error().message);
  auto diary = decode_json<ScrubDiary>(*json);
  if (!diary) return fail(ErrorCode::kCorrupt, to_error(diary.error(), path_of(data).string()).message);
  return std::move(*diary);
}

Result<void> write_diary(const fs::path& data, const ScrubDiary& diary) {
  std::error_code error;
  fs::create_directories(path_of(data).parent_path(), error);
  if (error) return os::system_error(error.value(), "create", path_of(data).parent_path());
  return os::replace_file(path_of(data), as_byte_view(write_json_pretty(encode_json(diary))));
}

}  // namespace beamport::ingest
