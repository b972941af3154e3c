// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/partial_image.h"

#include <chrono>
#include <map>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/base/log.h"
#include "beamport/base/timestamp.h"
#include "beamport/crypto/random_id.h"
#include "beamport/zarr/image_metadata.h"
#include "beamport/zarr/shard_index.h"

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRecordName = ".resume";
constexpr std::string_view kDocumentName = "zarr.json";
constexpr std::uint64_t kMaxRecordBytes = std::uint64_t{256} << 20;  // three million shards
constexpr std::uint64_t kMaxDocumentBytes = std::uint64_t{64} << 20;

fs::path path_of(const SealedShard& shard) {
  return zarr::chunk_key(shard.level, shard.place);
}

/// Removes the files below a directory that are not to be kept, and the directories that are empty then. Says whether
/// this one is.
Result<bool> remove_below(const fs::path& directory, const auto& is_kept) {
  std::error_code error;
  bool is_empty = true;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    entries.push_back(entry->path());
  }
  if (error) return os::system_error(error.value(), "list", directory);
  for (const fs::path& path : entries) {
    const bool is_directory = fs::is_directory(fs::symlink_status(path, error));
    bool goes = !is_directory && !is_kept(path);
    if (is_directory) {
      BEAMPORT_ASSIGN(goes, remove_below(path, is_kept));
    }
    if (goes && !fs::remove(path, error) && error) return os::system_error(error.value(), "remove", path);
    is_empty = is_empty && goes;
  }
  return is_empty;
}

Result<ImageIdentity> new_identity() {
  ImageIdentity identity;
  BEAMPORT_ASSIGN(identity.generation, crypto::random_id());
  identity.created = utc_timestamp(std::chrono::system_clock::now());
  return identity;
}

}  // namespace

Result<PartialImage> PartialImage::open(fs::path directory, Record record, std::string generation) {
  PartialImage partial(std::move(directory), record, std::move(generation));
  if (record == Record::kLasting) BEAMPORT_TRY(partial.read_record());
  return partial;
}

fs::path PartialImage::record_path() const {
  return directory_ / kRecordName;
}

Result<void> PartialImage::read_record() {
  const auto bytes = os::read_file(record_path(), kMaxRecordBytes);
  if (!bytes) {
    if (bytes.error().code == ErrorCode::kNotFound) return {};
    return fail(bytes.error());
  }
  auto record = parse_resume_record(*bytes);
  if (!record) {
    log::warning("{}: {}; the conversion begins anew", record_path().string(), record.error().message);
    return {};
  }
  record_ = std::move(*record);
  has_request_ = true;
  return {};
}

Result<void> PartialImage::take_identity_from_image() {
  if (has_request_) return {};
  const auto bytes = os::read_file(directory_ / kDocumentName, kMaxDocumentBytes);
  if (!bytes) return {};
  const auto document = parse_json(as_text(*bytes));
  if (!document) return {};
  const auto text_at = [&](const char* pointer) -> std::string {
    boost::json::error_code error;
    const Json* value = document->find_pointer(pointer, error);
    return !error && value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  ImageIdentity identity{text_at("/attributes/beamport/generation"), text_at("/attributes/beamport/created")};
  // As one that a record would give back, or none.
  ResumeRecord record;
  if (identity.generation.size() != 24 || identity.created.size() > 32) return {};
  record.identity = std::move(identity);
  const auto again = parse_resume_record(encode_resume_record(record));
  if (again) record_.identity = again->identity;
  return {};
}

Result<std::vector<KeptShard>> PartialImage::begin_pass(const crypto::Sha256Digest& request,
                                                        const std::vector<LevelLayout>& levels,
                                                        const image::FrameSource& source) {
  was_another_request_ = has_request_ && record_.request != request;
  if (!has_request_ || was_another_request_) {
    record_.request = request;
    record_.shards.clear();
    if (was_another_request_ || record_.identity.generation.empty()) {
      BEAMPORT_ASSIGN(record_.identity, new_identity());
    }
    BEAMPORT_TRY(remove_all());
    has_request_ = true;
  }
  if (!generation_.empty()) record_.identity.generation = generation_;
  BEAMPORT_ASSIGN(auto kept, choose_kept(levels, source));
  BEAMPORT_TRY(remove_others());
  BEAMPORT_TRY(begin_record());
  return kept;
}

Result<std::vector<KeptShard>> PartialImage::choose_kept(const std::vector<LevelLayout>& levels,
                                                         const image::FrameSource& source) {
  using Key = std::tuple<std::size_t, std::int64_t, std::int64_t, std::int64_t>;
  std::map<Key, const SealedShard*> last;  // of each shard the last entry
  for (const SealedShard& shard : record_.shards) {
    last[{shard.level, shard.place.z, shard.place.y, shard.place.x}] = &shard;
  }
  std::vector<KeptShard> result;
  std::vector<SealedShard> shards;
  std::map<std::pair<std::int64_t, std::int64_t>, std::optional<crypto::Sha256Digest>> digests;  // by range of slices
  kept_.clear();
  for (const auto& [key, shard] : last) {
    if (shard->level >= levels.size()) continue;
    const LevelLayout& layout = levels[shard->level];
    const Extent grid = grid_of(layout.extent, layout.profile.shard);
    if (!Box::whole(grid).contains(Box::at(shard->place, {1, 1, 1}))) continue;
    const SliceRange slices = slices_of_shard(layout, shard->level, shard->place, source.extent().z);
    const auto [digest, is_new] = digests.try_emplace({slices.begin, slices.end});
    if (is_new) digest->second = digest_of_stamps(source, slices);
    if (digest->second != shard->source) continue;
    const auto count = look_at(*shard, layout);
    if (!count) continue;
    result.push_back({shard->level, shard->place, *count, shard->bytes, shard->crc32c});
    kept_.push_back({*shard, slices});
    shards.push_back(*shard);
  }
  record_.shards = std::move(shards);
  return result;
}

/// Nothing when the file is not what was sealed.
std::optional<LevelCount> PartialImage::look_at(const SealedShard& shard, const LevelLayout& layout) const {
  const Extent per_shard = grid_of(layout.profile.shard, layout.profile.chunk);
  const auto file = os::File::open_read(directory_ / path_of(shard));
  if (!file || file->size().value_or(0) != shard.bytes) return std::nullopt;
  const auto chain = zarr::prepare_index_codecs(zarr::standard_index_codecs(), {per_shard.z, per_shard.y, per_shard.x});
  if (!chain || shard.bytes < chain->max_encoded_size()) return std::nullopt;
  Bytes encoded(chain->max_encoded_size());
  if (!file->read_exactly(shard.bytes - encoded.size(), encoded)) return std::nullopt;
  const auto index = zarr::ShardIndex::parse(encoded, *chain, shard.bytes);
  if (!index) return std::nullopt;
  LevelCount count;
  const Extent chunks = grid_of(layout.extent, layout.profile.chunk);
  const Box inside = intersection(
      Box::whole(chunks),
      Box::at({shard.place.z * per_shard.z, shard.place.y * per_shard.y, shard.place.x * per_shard.x}, per_shard));
  count.chunks = static_cast<std::uint64_t>(inside.extent().volume());
  for (std::int64_t chunk = 0; chunk < index->chunk_count(); ++chunk) {
    if (index->missing(chunk)) continue;
    ++count.stored_chunks;
    count.stored_bytes += index->at(chunk).length;
  }
  return count;
}

/// At every moment the identity is in the record or in the image's document, whenever this is interrupted.
Result<void> PartialImage::remove_all() {
  const fs::path document = directory_ / kDocumentName;
  BEAMPORT_TRY(
      remove_below(directory_, [&](const fs::path& path) { return path == document || path == record_path(); }));
  if (!generation_.empty()) record_.identity.generation = generation_;
  BEAMPORT_TRY(begin_record());
  std::error_code error;
  fs::remove(document, error);
  if (error) return os::system_error(error.value(), "remove", document);
  return {};
}

Result<void> PartialImage::remove_others() const {
  std::set<fs::path> kept{record_path()};
  for (const Kept& one : kept_) kept.insert(directory_ / path_of(one.shard));
  return remove_below(directory_,
                      [&](const fs::path& path) { return kept.contains(path) || path.filename() == kDocumentName; })
      .map([](bool) {});
}

/// Anew, without what does not count any more; from here on it is appended to.
Result<void> PartialImage::begin_record() {
  if (kind_ == Record::kInMemory) return {};
  fs::path temporary = record_path();
  temporary += ".new";
  const Bytes bytes = encode_resume_record(record_);
  BEAMPORT_ASSIGN(file_, os::File::create(temporary, os::File::Create::kTruncate));
  BEAMPORT_TRY(file_->write_all(0, bytes));
  BEAMPORT_TRY(file_->sync());
  std::error_code error;
  fs::rename(temporary, record_path(), error);
  if (error) return os::system_error(error.value(), "rename to", record_path());
  file_size_ = bytes.size();
  return os::sync_directory(directory_);
}

Result<void> PartialImage::note_sealed(const SealedShard& shard) {
  record_.shards.push_back(shard);
  if (!file_) return {};
  const Bytes entry = encode_sealed_shard(shard);
  BEAMPORT_TRY(file_->write_all(file_size_, entry));
  file_size_ += entry.size();
  return file_->sync();
}

bool PartialImage::kept_ones_fit(const SliceLedger& ledger) const {
  std::map<std::pair<std::int64_t, std::int64_t>, std::optional<crypto::Sha256Digest>> digests;
  for (const Kept& one : kept_) {
    const auto [digest, is_new] = digests.try_emplace({one.slices.begin, one.slices.end});
    if (is_new) digest->second = ledger.digest(one.slices);
    if (digest->second != one.shard.source) return false;
  }
  return true;
}

Result<void> PartialImage::end() {
  file_.reset();
  if (kind_ == Record::kInMemory) return {};
  std::error_code error;
  fs::remove(record_path(), error);
  if (error) return os::system_error(error.value(), "remove", record_path());
  return {};
}

}  // namespace beamport::ingest
