// SPDX-License-Identifier: Apache-2.0
#pragma once

// The shards of an image that is not published yet: which of them are whole on disk and may stay, in this pass over the
// stack, in the next one, or in another process. A shard stays when
//
//   it was sealed under its name  ─▶  then its entry was written  ─▶  its slices have the stamps of the entry
//   and its index holds               for the same request
//
// Everything else is removed when a pass begins. With a lasting record (resume_record.h, ".resume" in the directory)
// another process goes on after a stop, a crash or a power cut: each entry is durable before the next shard is sealed,
// and the shard was durable before its entry (the caller's store sees to that). One thread begins and ends passes;
// note_sealed() may be called from another meanwhile.

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/crypto/sha256.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/level_layout.h"
#include "beamport/ingest/resume_record.h"
#include "beamport/ingest/shard_set.h"
#include "beamport/ingest/slice_ledger.h"
#include "beamport/os/file.h"

namespace beamport::ingest {

class PartialImage {
 public:
  enum class Record : std::uint8_t { kInMemory, kLasting };

  /// The directory is locked by the caller. With kLasting the record of an earlier process is read, if there is one.
  /// The image gets the given generation, or when that is empty a new one, once and for all passes.
  [[nodiscard]] static Result<PartialImage> open(std::filesystem::path directory, Record record,
                                                 std::string generation = {});

  /// Gives a lost record's image its identity back. Only for a directory that was never a published image.
  [[nodiscard]] Result<void> take_identity_from_image();

  /// Begins a pass for that request. `levels` are those whose chunks come one by one, finest first. Returns the shards
  /// that stay; of the rest of the directory only the Zarr documents do, and not even these after another request.
  [[nodiscard]] Result<std::vector<KeptShard>> begin_pass(const crypto::Sha256Digest& request,
                                                          const std::vector<LevelLayout>& levels,
                                                          const image::FrameSource& source);

  /// Since begin_pass(): kept from the first time on, so that an interrupted conversion gives the same bytes.
  [[nodiscard]] const ImageIdentity& identity() const noexcept { return record_.identity; }
  /// Whether what was there belonged to another request, and is gone.
  [[nodiscard]] bool was_another_request() const noexcept { return was_another_request_; }

  /// A shard is whole under its name, made from slices with these stamps.
  [[nodiscard]] Result<void> note_sealed(const SealedShard& shard);

  /// Whether the shards that stayed were made from what the pass has read.
  [[nodiscard]] bool kept_ones_fit(const SliceLedger& ledger) const;

  /// Removes the record; the name of the image comes next.
  [[nodiscard]] Result<void> end();

 private:
  PartialImage(std::filesystem::path directory, Record kind, std::string generation)
      : directory_(std::move(directory)), kind_(kind), generation_(std::move(generation)) {}

  struct Kept {
    SealedShard shard;
    SliceRange slices;
  };

  [[nodiscard]] std::filesystem::path record_path() const;
  [[nodiscard]] Result<void> read_record();
  [[nodiscard]] Result<void> begin_record();
  [[nodiscard]] Result<std::vector<KeptShard>> choose_kept(const std::vector<LevelLayout>& levels,
                                                           const image::FrameSource& source);
  [[nodiscard]] std::optional<LevelCount> look_at(const SealedShard& shard, const LevelLayout& layout) const;
  [[nodiscard]] Result<void> remove_all();
  [[nodiscard]] Result<void> remove_others() const;

  std::filesystem::path directory_;
  Record kind_;
  std::string generation_;    // asked for; may be empty
  bool has_request_ = false;  // of an earlier pass, here or in another process
  bool was_another_request_ = false;
  ResumeRecord record_;  // shards are appended by note_sealed()
  std::vector<Kept> kept_;
  std::optional<os::File> file_;
  std::uint64_t file_size_ = 0;
};

}  // namespace beamport::ingest
