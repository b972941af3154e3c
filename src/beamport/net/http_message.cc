// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/http_message.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

Failure open_failure(const std::string& path, int error) {
  const std::string reason = std::generic_category().message(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorCode::kNotFound, fmt::format("{}: {}", path, reason));
    case EACCES:
    case EPERM:
      return fail(ErrorCode::kPermissionDenied, fmt::format("{}: {}", path, reason));
    default:
      return fail(ErrorCode::kIo, fmt::format("{}: cannot be opened: {}", path, reason));
  }
}

}  // namespace

void Headers::add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.first, name); });
  fields_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(field.first, name)) return field.second;
  }
  return std::nullopt;
}

Result<FileBody> FileBody::open(const std::string& path) {
  // Non-blocking, because opening a named pipe would otherwise wait for a writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return open_failure(path, errno);
  return adopt(descriptor, path);
}

Result<FileBody> FileBody::adopt(int descriptor, const std::string& path) {
  FileBody body(descriptor);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return open_failure(path, errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kNotFound, fmt::format("{}: not a regular file", path));
  body.size_ = static_cast<std::uint64_t>(status.st_size);
  body.modified_ns_ = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  body.inode_ = status.st_ino;
  body.range_ = {0, body.size_};
  return body;
}

FileBody::FileBody(FileBody&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      modified_ns_(other.modified_ns_),
      inode_(other.inode_),
      range_(other.range_) {}

FileBody& FileBody::operator=(FileBody&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  size_ = other.size_;
  modified_ns_ = other.modified_ns_;
  inode_ = other.inode_;
  range_ = other.range_;
  return *this;
}

FileBody::~FileBody() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t body_size(const Body& body) noexcept {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* shared = std::get_if<SharedBytes>(&body)) return shared->bytes.size();
  if (const auto* file = std::get_if<FileBody>(&body)) return file->range().length;
  return 0;
}

}  // namespace beamport::net
