// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_request.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

namespace beamport::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPath = 4096;
constexpr std::size_t kMaxWord = 1024;

Failure refused(std::string_view what, std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} '{}' {}", what, text, why));
}

Result<void> check_text(std::string_view what, std::string_view text, std::size_t limit) {
  if (text.size() > limit) return refused(what, text.substr(0, 40), fmt::format("… is longer than {} bytes", limit));
  if (text.find('\0') != std::string_view::npos)
    return refused(what, text.substr(0, text.find('\0')), "has a zero in it");
  return {};
}

/// "/a//b/../c/" is "/a/c".
std::string normal(const std::string& path) {
  const fs::path plain = fs::path(path).lexically_normal();
  return (plain.has_filename() || plain == plain.root_path() ? plain : plain.parent_path()).string();
}

Result<std::string> checked_source(const std::string& source) {
  BEAMPORT_TRY(check_text("the source", source, kMaxPath));
  if (!fs::path(source).is_absolute()) return refused("the source", source, "is not an absolute path");
  return normal(source);
}

Result<std::string> checked_output(const std::string& output) {
  BEAMPORT_TRY(check_text("the image", output, kMaxPath));
  const fs::path path = normal(output);
  const bool stays_inside =
      !path.is_absolute() && std::ranges::none_of(path, [](const fs::path& part) { return part == ".."; });
  if (!stays_inside || path.empty() || path == ".") {
    return refused("the image", output, "is not a path below the data directory");
  }
  return path.string();
}

template <typename T>
Result<bool> merge_known(std::string_view what, std::optional<T>& known, const std::optional<T>& later) {
  if (!later || known == later) return false;
  if (known) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("the {} is {}, and a trigger now says {}; find out which of "
                            "them is wrong, or cancel the scan and notice it again",
                            what, *known, *later));
  }
  known = later;
  return true;
}

Result<void> require_same(std::string_view what, std::string_view known, std::string_view later) {
  if (known == later) return {};
  return fail(ErrorCode::kFailedPrecondition,
              fmt::format("the {} of this scan is '{}', and a trigger now says '{}'; wait until the scan has ended, or "
                          "cancel it",
                          what, known, later));
}

}  // namespace

Result<ScanRequest> checked_request(ScanRequest request) {
  BEAMPORT_ASSIGN(request.source, checked_source(request.source));
  BEAMPORT_ASSIGN(request.output, checked_output(request.output));
  BEAMPORT_TRY(check_text("the user", request.user, kMaxWord));
  BEAMPORT_TRY(check_text("the date", request.date, kMaxWord));
  BEAMPORT_TRY(check_text("the name", request.name, kMaxWord));
  BEAMPORT_TRY(check_text("the root", request.root, kMaxWord));
  BEAMPORT_TRY(check_text("the content", request.content, kMaxWord));
  if (request.expected_slices && *request.expected_slices < 1) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} slices cannot be expected", *request.expected_slices));
  }
  if (request.first_number && *request.first_number < 0) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("slices cannot begin with number {}", *request.first_number));
  }
  if (request.source_bytes < 0) return fail(ErrorCode::kInvalidArgument, "the source has a negative size");
  return request;
}

Result<bool> merge_request(ScanRequest& known, const ScanRequest& later) {
  BEAMPORT_TRY(require_same("image", known.output, later.output));
  BEAMPORT_TRY(require_same("user", known.user, later.user));
  BEAMPORT_TRY(require_same("date", known.date, later.date));
  BEAMPORT_TRY(require_same("name", known.name, later.name));
  BEAMPORT_ASSIGN(bool changed, merge_known("expected number of slices", known.expected_slices, later.expected_slices));
  BEAMPORT_ASSIGN(const bool has_first,
                  merge_known("number of the first slice", known.first_number, later.first_number));
  changed = changed || has_first;
  if (has_other_content(known, later)) {
    known.content = later.content;
    changed = true;
  }
  if (later.source_bytes > known.source_bytes) {
    known.source_bytes = later.source_bytes;
    changed = true;
  }
  return changed;
}

bool has_other_content(const ScanRequest& known, const ScanRequest& later) noexcept {
  return !later.content.empty() && known.content != later.content;
}

bool has_other_count(const ScanRequest& known, const ScanRequest& later) noexcept {
  return (later.expected_slices && known.expected_slices != later.expected_slices) ||
         (later.first_number && known.first_number != later.first_number);
}

}  // namespace beamport::ingest
