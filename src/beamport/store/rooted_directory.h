// SPDX-License-Identifier: Apache-2.0
#pragma once

// A directory held open, below which names are resolved by the kernel so that nothing outside can be reached: neither
// by ".." nor by a symbolic link, even one that is swapped in meanwhile. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"
#include "beamport/os/file.h"

namespace beamport::store {

class RootedDirectory {
 public:
  /// How names are resolved.
  enum class Resolver : std::uint8_t {
    kKernel,   // openat2 with RESOLVE_BENEATH: links may stay inside; walks where the kernel (a container's filter)
               // refuses
    kWalking,  // segment by segment, following no link at all
  };
  [[nodiscard]] static Result<RootedDirectory> open(const std::filesystem::path& path,
                                                    Resolver resolver = Resolver::kKernel);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return handle_.path(); }

  /// A regular file below; kNotFound also for a directory, kPermissionDenied for a way that leads outside.
  [[nodiscard]] Result<os::File> open_file(std::string_view relative) const;

  /// A directory below ("" = this one).
  [[nodiscard]] Result<RootedDirectory> open_directory(std::string_view relative) const;

  /// The same, making what is missing; each new entry is durable.
  [[nodiscard]] Result<RootedDirectory> make_directory(std::string_view relative, bool durable = true) const;

  enum class Kind : std::uint8_t { kFile, kDirectory };
  struct Child {
    std::string name;
    Kind kind = Kind::kFile;
  };
  /// Files and directories directly in this one, sorted by name; links count as what they lead to, below only.
  [[nodiscard]] Result<std::vector<Child>> children() const;

  /// Opens for writing, made if absent, not emptied. `name` is a single segment.
  [[nodiscard]] Result<os::File> create_file(const std::string& name) const;
  /// Whether the name stands for that very file.
  [[nodiscard]] bool names(const std::string& name, const os::File& file) const;
  /// Replaces `to`. Single segments.
  [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) const;
  void remove_if_there(const std::string& name) const noexcept;

  /// Makes the entries durable.
  [[nodiscard]] Result<void> sync() const;

 private:
  RootedDirectory(os::File handle, Resolver resolver) : handle_(std::move(handle)), resolver_(resolver) {}
  [[nodiscard]] Result<os::File> open_below(std::string_view relative, int flags) const;

  os::File handle_;
  Resolver resolver_;
};

}  // namespace beamport::store
