// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/expected_count.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "beamport/base/bytes.h"
#include "beamport/base/json.h"
#include "beamport/os/file.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kMaxSidecars = 64;
constexpr std::size_t kMaxListed = 1'000'000;
constexpr std::string_view kOwnSidecar = "beamport.json";
// What instruments call them, after the name of the scan where they lie beside it.
constexpr std::array<std::string_view, 5> kEndings{"_rec.log", ".log", ".xtekct", ".info", ".beamport.json"};

bool is_sidecar_name(std::string_view name) {
  return name == kOwnSidecar ||
         std::ranges::any_of(kEndings, [&](std::string_view end) { return name.ends_with(end); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// "key = value" lines, optionally below [section] lines, as INI files and old instruments have them.
class KeyValueText {
 public:
  explicit KeyValueText(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  /// The first value of a key in a section; "" is before the first section.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view section, std::string_view key) const {
    std::string_view here;
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.starts_with('[') && line.ends_with(']')) {
        here = line.substr(1, line.size() - 2);
      } else if (const std::size_t equals = line.find('='); equals != std::string_view::npos && here == section) {
        if (trimmed(line.substr(0, equals)) == key) return trimmed(line.substr(equals + 1));
      }
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

Result<std::int64_t> whole_number(std::string_view key, std::string_view text, std::int64_t low, std::int64_t high) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} is no whole number from {} to {}", key, low, high));
  }
  return number;
}

using MaybeNumber = std::optional<std::int64_t>;

Result<MaybeNumber> number_in_text(const KeyValueText& text, std::string_view section, std::string_view key,
                                   std::int64_t low) {
  const auto value = text.find(section, key);
  if (!value) return MaybeNumber();
  BEAMPORT_ASSIGN(const std::int64_t number, whole_number(key, *value, low, kMaxExpectedSlices));
  return MaybeNumber(number);
}

Result<std::optional<StatedCount>> read_bruker(std::string_view content) {
  const KeyValueText text(content);
  constexpr std::string_view kSection = "Reconstruction";
  BEAMPORT_ASSIGN(const MaybeNumber count, number_in_text(text, kSection, "Sections Count", 1));
  if (!count) return std::nullopt;
  BEAMPORT_ASSIGN(const MaybeNumber first, number_in_text(text, kSection, "First Section", 0));
  BEAMPORT_ASSIGN(const MaybeNumber last, number_in_text(text, kSection, "Last Section", 0));
  BEAMPORT_ASSIGN(const MaybeNumber step, number_in_text(text, kSection, "Section to Section Step", 1));
  // With another step the names have gaps; which numbers they have is then not said.
  if (!first || !last || step.value_or(1) != 1) return StatedCount{*count, std::nullopt};
  if (*last - *first + 1 != *count) {
    return fail(ErrorCode::kCorrupt, fmt::format("Sections Count is {}, but sections {} to {} are {}", *count, *first,
                                                 *last, *last - *first + 1));
  }
  return StatedCount{*count, first};
}

Result<std::optional<StatedCount>> read_key(std::string_view content, std::string_view section, std::string_view key) {
  BEAMPORT_ASSIGN(const MaybeNumber count, number_in_text(KeyValueText(content), section, key, 1));
  if (!count) return std::nullopt;
  return StatedCount{*count, std::nullopt};
}

Result<std::optional<StatedCount>> read_own(std::string_view content) {
  auto json = parse_json(content, {.max_bytes = kMaxSidecarBytes, .max_depth = 8});
  if (!json) return fail(ErrorCode::kCorrupt, json.error().message);
  const JsonObject* object = json->if_object();
  if (object == nullptr) return fail(ErrorCode::kCorrupt, "is no JSON object");
  const auto number_of = [&](std::string_view key, std::int64_t low) -> Result<MaybeNumber> {
    const Json* value = object->if_contains(key);
    if (value == nullptr) return MaybeNumber();
    const auto number = number_in<std::int64_t>(*value);
    if (!number || *number < low || *number > kMaxExpectedSlices) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("{} is no whole number from {} to {}", key, low, kMaxExpectedSlices));
    }
    return MaybeNumber(number);
  };
  BEAMPORT_ASSIGN(const MaybeNumber slices, number_of("slices", 1));
  if (!slices) return std::nullopt;
  BEAMPORT_ASSIGN(const MaybeNumber first, number_of("first_number", 0));
  return StatedCount{*slices, first};
}

bool agree(const StatedCount& a, const StatedCount& b) {
  return a.slices == b.slices && (!a.first_number || !b.first_number || a.first_number == b.first_number);
}

/// Sidecars in the directory, sorted; a link may lead anywhere and is passed over.
std::vector<std::filesystem::path> sidecars_in(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  std::size_t listed = 0;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (++listed > kMaxListed) break;
    std::error_code ignored;  // what cannot be looked at is no sidecar
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || !is_sidecar_name(name)) continue;
    if (entry->is_symlink(ignored) || !entry->is_regular_file(ignored)) continue;
    paths.push_back(entry->path());
  }
  std::ranges::sort(paths);
  return paths;
}

/// Files beside the source that are named after it. Looked for by name: a date may have hundreds of scans.
std::vector<std::filesystem::path> sidecars_beside(const std::filesystem::path& source, bool is_file) {
  const std::string name = is_file ? source.stem().string() : source.filename().string();
  std::vector<std::filesystem::path> paths;
  for (const std::string_view end : kEndings) {
    std::filesystem::path path = source.parent_path() / (name + std::string(end));
    std::error_code ignored;  // not there
    if (std::filesystem::is_regular_file(std::filesystem::symlink_status(path, ignored))) {
      paths.push_back(std::move(path));
    }
  }
  return paths;
}

Result<std::optional<StatedCount>> read_sidecar_file(const std::filesystem::path& path) {
  BEAMPORT_ASSIGN(const Bytes bytes, os::read_file(path, kMaxSidecarBytes));
  return read_sidecar(path.filename().string(), as_text(bytes)).map_error(in_context(path.string()));
}

}  // namespace

Result<std::optional<StatedCount>> read_sidecar(std::string_view name, std::string_view text) {
  if (text.size() > kMaxSidecarBytes) {
    return fail(ErrorCode::kOutOfRange, fmt::format("larger than {} bytes", kMaxSidecarBytes));
  }
  if (name == kOwnSidecar || name.ends_with(".beamport.json")) return read_own(text);
  if (name.ends_with(".log")) return read_bruker(text);
  if (name.ends_with(".xtekct")) return read_key(text, "XTekCT", "VoxelsZ");
  if (name.ends_with(".info")) return read_key(text, "", "NUM_Z");
  return std::nullopt;
}

ExpectedCount find_expected_count(const std::filesystem::path& source, const std::optional<StatedCount>& stated) {
  ExpectedCount expected;
  if (stated) {
    expected.count = stated;
    expected.told_by = "the trigger";
    return expected;
  }
  std::error_code ignored;  // what is not there has no sidecars in it
  const bool is_directory = std::filesystem::is_directory(source, ignored);
  std::vector<std::filesystem::path> paths;
  if (is_directory) paths = sidecars_in(source);
  std::ranges::move(sidecars_beside(source, !is_directory), std::back_inserter(paths));
  if (paths.size() > kMaxSidecars) {
    expected.notes.push_back(
        fmt::format("{}: {} sidecars; the first {} were read", source.string(), paths.size(), kMaxSidecars));
    paths.resize(kMaxSidecars);
  }
  for (const auto& path : paths) {
    const auto said = read_sidecar_file(path);
    if (!said) {
      expected.notes.push_back(said.error().message);
    } else if (*said && !expected.count) {
      expected.count = **said;
      expected.told_by = path.string();
    } else if (*said && !agree(**said, *expected.count)) {
      expected.notes.push_back(fmt::format("{} says {} slices, {} says {}; neither is believed", expected.told_by,
                                           expected.count->slices, path.string(), (*said)->slices));
      expected.count.reset();
      expected.told_by.clear();
      return expected;
    } else if (*said && !expected.count->first_number) {
      expected.count->first_number = (*said)->first_number;
    }
  }
  return expected;
}

}  // namespace beamport::ingest
