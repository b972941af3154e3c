// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/positional_reader.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "beamport/os/shared_memory.h"
#include "beamport/os/slot_reader.h"

namespace beamport::image {
namespace {

class FileReader final : public PositionalReader {
 public:
  FileReader(os::SlotReader file, os::FileVersion version)
      : file_(std::move(file)), version_(version), name_(file_.file().path().string()) {}

  Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const override {
    return file_.file().read_exactly(offset, to);
  }
  Result<MutableByteView> read_into(std::uint64_t offset, std::size_t length, MutableByteView slot) const override {
    return file_.read(offset, length, slot);
  }
  Result<int> descriptor() const override { return file_.file().descriptor(); }
  const os::FileVersion& version() const noexcept override { return version_; }
  const std::string& name() const noexcept override { return name_; }

 private:
  os::SlotReader file_;
  os::FileVersion version_;
  std::string name_;
};

class MemoryReader final : public PositionalReader {
 public:
  MemoryReader(ByteView bytes, std::string name) : bytes_(bytes), version_{bytes.size(), 0}, name_(std::move(name)) {}

  Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const override {
    if (!holds(offset, to.size())) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: the file ends after byte {}, expected {} bytes from byte {}",
                                                   name_, bytes_.size(), to.size(), offset));
    }
    std::ranges::copy(bytes_.subspan(offset, to.size()), to.begin());
    return {};
  }
  Result<int> descriptor() const override {
    const std::scoped_lock lock(mutex_);
    if (!copy_) {
      BEAMPORT_ASSIGN(os::SharedMemory copy, os::SharedMemory::create("tiff", bytes_.size()));
      std::ranges::copy(bytes_, copy.bytes().begin());
      copy_ = std::move(copy);
    }
    return copy_->descriptor();
  }
  const os::FileVersion& version() const noexcept override { return version_; }
  const std::string& name() const noexcept override { return name_; }

 private:
  ByteView bytes_;
  os::FileVersion version_;
  std::string name_;
  mutable std::mutex mutex_;
  mutable std::optional<os::SharedMemory> copy_;  // guarded
};

}  // namespace

Result<MutableByteView> PositionalReader::read_into(std::uint64_t offset, std::size_t length,
                                                    MutableByteView slot) const {
  BEAMPORT_TRY(read_exactly(offset, slot.first(length)));
  return slot.first(length);
}

Result<std::unique_ptr<PositionalReader>> open_file_reader(const std::filesystem::path& path, os::IoMode io) {
  BEAMPORT_ASSIGN(os::SlotReader file, os::SlotReader::open(path, io));
  BEAMPORT_ASSIGN(const os::FileVersion version, file.file().version());
  return std::make_unique<FileReader>(std::move(file), version);
}

std::unique_ptr<PositionalReader> make_memory_reader(ByteView bytes, std::string name) {
  return std::make_unique<MemoryReader>(bytes, std::move(name));
}

}  // namespace beamport::image
