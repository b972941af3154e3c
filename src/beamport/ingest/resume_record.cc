// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/resume_record.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "beamport/base/check.h"
#include "beamport/codec/crc32c.h"

namespace beamport::ingest {
namespace {

constexpr std::string_view kMagic = "BPRESUME";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kGenerationBytes = 24;
constexpr std::size_t kCreatedBytes = 32;
constexpr std::size_t kHeaderBytes = 104;
constexpr std::size_t kShardBytes = 76;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint32_t kMaxLevels = 64;

/// Puts values one after the other into bytes of the right size, and the checksum at their end.
class Writer {
 public:
  explicit Writer(std::size_t size) : bytes_(size) {}

  template <typename T>
  void put(T value) {
    store_little<T>(MutableByteView(bytes_).subspan(position_), value);
    position_ += sizeof(T);
  }

  void put_bytes(ByteView value, std::size_t room) {
    BEAMPORT_CHECK(value.size() <= room);
    std::ranges::copy(value, bytes_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ += room;
  }

  [[nodiscard]] Bytes finish() && {
    BEAMPORT_CHECK(position_ + kChecksumBytes == bytes_.size());
    put(codec::crc32c(ByteView(bytes_).first(position_)));
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
};

/// Takes values one after the other; the caller has seen to the size.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  template <typename T>
  [[nodiscard]] T take() {
    return load_little<T>(take_bytes(sizeof(T)));
  }

  [[nodiscard]] ByteView take_bytes(std::size_t count) {
    const ByteView taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

 private:
  ByteView bytes_;
};

bool checksum_fits(ByteView bytes) {
  const ByteView content = bytes.first(bytes.size() - kChecksumBytes);
  return load_little<std::uint32_t>(bytes.last(kChecksumBytes)) == codec::crc32c(content);
}

crypto::Sha256Digest digest_from(ByteView bytes) {
  crypto::Sha256Digest digest{};
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

bool is_id(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<SealedShard> parse_shard(ByteView bytes) {
  if (!checksum_fits(bytes)) return std::nullopt;
  Reader reader(bytes);
  SealedShard shard;
  shard.level = reader.take<std::uint32_t>();
  shard.place.z = reader.take<std::int64_t>();
  shard.place.y = reader.take<std::int64_t>();
  shard.place.x = reader.take<std::int64_t>();
  shard.bytes = reader.take<std::uint64_t>();
  shard.crc32c = reader.take<std::uint32_t>();
  shard.source = digest_from(reader.take_bytes(shard.source.size()));
  const bool plausible = shard.level < kMaxLevels && shard.place.z >= 0 && shard.place.y >= 0 && shard.place.x >= 0;
  return plausible ? std::optional(shard) : std::nullopt;
}

}  // namespace

Bytes encode_sealed_shard(const SealedShard& shard) {
  Writer writer(kShardBytes);
  writer.put(static_cast<std::uint32_t>(shard.level));
  writer.put(shard.place.z);
  writer.put(shard.place.y);
  writer.put(shard.place.x);
  writer.put(shard.bytes);
  writer.put(shard.crc32c);
  writer.put_bytes(shard.source, shard.source.size());
  return std::move(writer).finish();
}

Bytes encode_resume_record(const ResumeRecord& record) {
  BEAMPORT_CHECK(record.identity.generation.size() == kGenerationBytes);
  Writer writer(kHeaderBytes);
  writer.put_bytes(as_byte_view(kMagic), kMagic.size());
  writer.put(kVersion);
  writer.put_bytes(record.request, record.request.size());
  writer.put_bytes(as_byte_view(record.identity.generation), kGenerationBytes);
  writer.put_bytes(as_byte_view(record.identity.created), kCreatedBytes);
  Bytes bytes = std::move(writer).finish();
  for (const SealedShard& shard : record.shards) {
    const Bytes entry = encode_sealed_shard(shard);
    bytes.insert(bytes.end(), entry.begin(), entry.end());
  }
  return bytes;
}

Result<ResumeRecord> parse_resume_record(ByteView bytes) {
  const auto refuse = [](std::string_view what) {
    return fail(ErrorCode::kCorrupt, fmt::format("record for resuming: {}", what));
  };
  if (bytes.size() < kHeaderBytes || as_text(bytes.first(kMagic.size())) != kMagic) return refuse("it is none");
  const ByteView header = bytes.first(kHeaderBytes);
  if (!checksum_fits(header)) return refuse("its header is damaged");
  Reader reader(header.subspan(kMagic.size()));
  if (const auto version = reader.take<std::uint32_t>(); version != kVersion) {
    return refuse(fmt::format("version {}; this program reads {}", version, kVersion));
  }
  ResumeRecord record;
  record.request = digest_from(reader.take_bytes(record.request.size()));
  record.identity.generation = as_text(reader.take_bytes(kGenerationBytes));
  const std::string_view created = as_text(reader.take_bytes(kCreatedBytes));
  record.identity.created = created.substr(0, std::min(created.find('\0'), created.size()));
  if (!is_id(record.identity.generation) || record.identity.created.empty()) return refuse("its identity is none");
  for (ByteView rest = bytes.subspan(kHeaderBytes); rest.size() >= kShardBytes; rest = rest.subspan(kShardBytes)) {
    const auto shard = parse_shard(rest.first(kShardBytes));
    if (!shard) break;
    record.shards.push_back(*shard);
  }
  return record;
}

}  // namespace beamport::ingest
