// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/manifest.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "beamport/codec/crc32c.h"
#include "beamport/store/store.h"

namespace beamport::ingest {
namespace {

constexpr std::string_view kTitle = "beamport manifest ";
constexpr std::string_view kFirstLine = "beamport manifest 1\n";
constexpr std::size_t kCrcDigits = 8;

Failure wrong_line(std::size_t number, std::string_view what) {
  return fail(ErrorCode::kCorrupt, fmt::format("{}: line {} {}", Manifest::kKey, number, what));
}

/// Only what fmt writes: no sign, no leading zero, no upper-case digit.
template <typename T>
std::optional<T> number_of(std::string_view text, int base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const std::string again = base == 16 ? fmt::format("{:08x}", value) : fmt::format("{}", value);
  if (again != text) return std::nullopt;
  return value;
}

/// Takes the next line off the text, without its end; nothing when no whole line is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<ManifestEntry> entry_of(std::string_view line) {
  if (line.size() < kCrcDigits + 1 || line[kCrcDigits] != ' ') return std::nullopt;
  const auto crc = number_of<std::uint32_t>(line.substr(0, kCrcDigits), 16);
  line.remove_prefix(kCrcDigits + 1);
  const std::size_t blank = line.find(' ');
  if (!crc || blank == std::string_view::npos) return std::nullopt;
  const auto size = number_of<std::uint64_t>(line.substr(0, blank), 10);
  const std::string_view key = line.substr(blank + 1);
  if (!size || !store::check_key(key)) return std::nullopt;
  return ManifestEntry{std::string(key), *size, *crc};
}

bool comes_before(const ManifestEntry& a, const ManifestEntry& b) {
  return a.key < b.key;
}

}  // namespace

Manifest::Manifest(std::vector<ManifestEntry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(), comes_before);
}

const ManifestEntry* Manifest::find(std::string_view key) const noexcept {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), key,
                                      [](const ManifestEntry& entry, std::string_view k) { return entry.key < k; });
  return place != entries_.end() && place->key == key ? &*place : nullptr;
}

std::string Manifest::encode() const {
  std::string text(kFirstLine);
  const auto out = std::back_inserter(text);
  for (const ManifestEntry& entry : entries_) {
    fmt::format_to(out, "{:08x} {} {}\n", entry.crc32c, entry.size, entry.key);
  }
  fmt::format_to(out, "end {} {:08x}\n", entries_.size(), codec::crc32c(as_byte_view(text)));
  return text;
}

Result<Manifest> Manifest::parse(std::string_view text) {
  const std::string_view whole = text;
  const auto title = take_line(text);
  if (!title || !title->starts_with(kTitle)) return wrong_line(1, "is not a manifest's");
  if (whole.substr(0, kFirstLine.size()) != kFirstLine) {
    return fail(ErrorCode::kUnsupported, fmt::format("{}: version {} is not known; this program is too old for it",
                                                     kKey, title->substr(kTitle.size())));
  }
  std::vector<ManifestEntry> entries;
  for (std::size_t number = 2;; ++number) {
    const std::size_t before = whole.size() - text.size();
    const auto line = take_line(text);
    if (!line) return wrong_line(number, "is missing: the file was cut");
    if (line->starts_with("end ")) {
      const std::uint32_t crc = codec::crc32c(as_byte_view(whole.substr(0, before)));
      if (*line != fmt::format("end {} {:08x}", entries.size(), crc)) return wrong_line(number, "has a wrong checksum");
      if (!text.empty()) return wrong_line(number + 1, "comes after the end");
      break;
    }
    auto entry = entry_of(*line);
    if (!entry) return wrong_line(number, "is malformed");
    if (!entries.empty() && !comes_before(entries.back(), *entry)) return wrong_line(number, "is not in order");
    entries.push_back(std::move(*entry));
  }
  return Manifest(std::move(entries));
}

}  // namespace beamport::ingest
