// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/path_template.h"

#include <algorithm>

#include <fmt/format.h>

namespace beamport::api {

Result<SegmentTemplate> SegmentTemplate::parse(std::string_view text) {
  SegmentTemplate segment;
  segment.text_ = text;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t open = rest.find('{');
    if (open != 0) {
      const std::string_view literal = rest.substr(0, open);
      if (literal.find('}') != std::string_view::npos) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" closes a brace that is not open", text));
      }
      segment.pieces_.push_back({.is_capture = false, .text = std::string(literal)});
      rest.remove_prefix(literal.size());
      continue;
    }
    const std::size_t close = rest.find('}');
    std::string_view name = rest.substr(1, close == std::string_view::npos ? close : close - 1);
    if (name.ends_with("...")) {
      name.remove_suffix(3);
      segment.takes_the_rest_ = true;
    }
    const bool follows_capture = !segment.pieces_.empty() && segment.pieces_.back().is_capture;
    if (close == std::string_view::npos || name.empty() || follows_capture) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is no path segment with captures", text));
    }
    segment.pieces_.push_back({.is_capture = true, .text = std::string(name)});
    rest.remove_prefix(close + 1);
  }
  if (segment.pieces_.empty() || (segment.takes_the_rest_ && segment.pieces_.size() != 1)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is no path segment", text));
  }
  return segment;
}

const std::string* SegmentTemplate::literal() const noexcept {
  return pieces_.size() == 1 && !pieces_.front().is_capture ? &pieces_.front().text : nullptr;
}

std::vector<std::string> SegmentTemplate::names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (piece.is_capture) names.push_back(piece.text);
  }
  return names;
}

std::optional<PathParameters> SegmentTemplate::match(std::string_view segment) const {
  PathParameters captures;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (!pieces_[i].is_capture) {
      if (!segment.starts_with(pieces_[i].text)) return std::nullopt;
      segment.remove_prefix(pieces_[i].text.size());
      continue;
    }
    const bool is_last = i + 1 == pieces_.size();
    const std::size_t length = is_last ? segment.size() : segment.find(pieces_[i + 1].text);
    if (length == 0 || length == std::string_view::npos) return std::nullopt;
    captures.emplace_back(pieces_[i].text, segment.substr(0, length));
    segment.remove_prefix(length);
  }
  if (!segment.empty()) return std::nullopt;
  return captures;
}

Result<std::vector<SegmentTemplate>> parse_path_template(std::string_view path) {
  if (!path.starts_with('/')) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("path template \"{}\" does not begin with /", path));
  }
  std::vector<SegmentTemplate> segments;
  for (std::string_view rest = path.substr(1); !rest.empty();) {
    const std::size_t slash = rest.find('/');
    auto segment = SegmentTemplate::parse(rest.substr(0, slash)).map_error(in_context(fmt::format("path {}", path)));
    if (!segment) return fail(std::move(segment).error());
    if (!segments.empty() && segments.back().takes_the_rest()) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("path {}: nothing can follow \"...\"", path));
    }
    segments.push_back(std::move(*segment));
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  return segments;
}

}  // namespace beamport::api
