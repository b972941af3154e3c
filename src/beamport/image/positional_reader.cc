// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/positional_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "beamport/os/file.h"

namespace beamport::image {
namespace {

class FileReader final : public PositionalReader {
 public:
  FileReader(os::File file, std::uint64_t size) : file_(std::move(file)), size_(size), name_(file_.path().string()) {}

  Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const override {
    return file_.read_exactly(offset, to);
  }
  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }

 private:
  os::File file_;
  std::uint64_t size_;
  std::string name_;
};

class MemoryReader final : public PositionalReader {
 public:
  MemoryReader(ByteView bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const override {
    if (!holds(offset, to.size())) {
      return fail(ErrorCode::kCorrupt, fmt::format("{}: the file ends after byte {}, expected {} bytes from byte {}",
                                                   name_, bytes_.size(), to.size(), offset));
    }
    std::ranges::copy(bytes_.subspan(offset, to.size()), to.begin());
    return {};
  }
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  const std::string& name() const noexcept override { return name_; }

 private:
  ByteView bytes_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<PositionalReader>> open_file_reader(const std::filesystem::path& path) {
  BEAMPORT_ASSIGN(os::File file, os::File::open_read(path));
  BEAMPORT_ASSIGN(const std::uint64_t size, file.size());
  return std::make_unique<FileReader>(std::move(file), size);
}

std::unique_ptr<PositionalReader> make_memory_reader(ByteView bytes, std::string name) {
  return std::make_unique<MemoryReader>(bytes, std::move(name));
}

}  // namespace beamport::image
