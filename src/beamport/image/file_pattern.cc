// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/file_pattern.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/os/file.h"

namespace beamport::image {
namespace {

constexpr std::size_t kNamesInNote = 3;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && std::ranges::equal(text.substr(text.size() - end.size()), end, {}, lower, lower);
}

// Names that were passed over for one reason; keeps a few of them for the note.
struct PassedOver {
  std::size_t count = 0;
  std::vector<std::string> examples;

  void add(const std::string& name) {
    ++count;
    examples.push_back(name);
    std::ranges::sort(examples);
    if (examples.size() > kNamesInNote) examples.pop_back();
  }

  void note(std::vector<std::string>& notes, std::string_view one, std::string_view many) const {
    if (count == 0) return;
    notes.push_back(fmt::format("ignored {} {}: {}{}", count, count == 1 ? one : many, fmt::join(examples, ", "),
                                count > examples.size() ? ", …" : ""));
  }
};

}  // namespace

std::string_view without_tiff_extension(std::string_view name) {
  for (const std::string_view extension : {".tiff", ".tif"}) {
    if (ends_with_ignoring_case(name, extension)) return name.substr(0, name.size() - extension.size());
  }
  return name;
}

bool has_tiff_extension(std::string_view name) {
  return without_tiff_extension(name).size() != name.size();
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool matches_wildcard(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last * seen, and what of the name it has swallowed
  std::size_t swallowed = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      swallowed = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++swallowed;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<TiffListing> list_tiff_files(const std::filesystem::path& directory, std::string_view pattern,
                                    std::size_t max_files) {
  TiffListing listing;
  PassedOver hidden;
  PassedOver directories;
  PassedOver others;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!matches_wildcard(pattern, name)) continue;
    std::error_code ignored;  // an entry that cannot be looked at is no directory; opening it will say why
    if (name.starts_with('.')) {
      hidden.add(name);
    } else if (entry->is_directory(ignored)) {
      if (has_tiff_extension(name)) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("{}: {} is a directory where a slice is expected", directory.string(), name));
      }
      directories.add(name);
    } else if (!has_tiff_extension(name)) {
      others.add(name);
    } else if (listing.names.size() == max_files) {
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{}: more than {} TIFF files, the limit here", directory.string(), max_files));
    } else {
      listing.names.push_back(name);
    }
  }
  if (error) return os::system_error(error.value(), "list", directory);
  std::ranges::sort(listing.names);
  others.note(listing.notes, "file that is not TIFF", "files that are not TIFF");
  hidden.note(listing.notes, "hidden file", "hidden files");
  directories.note(listing.notes, "directory", "directories");
  return listing;
}

}  // namespace beamport::image
