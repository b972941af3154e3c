// SPDX-License-Identifier: Apache-2.0
#include "beamport/ingest/scan_path.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <utf8proc.h>

#include "beamport/image/file_pattern.h"

namespace beamport::ingest {
namespace {

constexpr std::size_t kMaxPatternBytes = 1024;
constexpr std::size_t kMaxParts = 16;
constexpr std::string_view kForbidden = "/\\:*?\"<>|";
constexpr std::array<std::string_view, 2> kReservedEndings{".zarr", ".partial"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int number_of(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

bool is_year(std::string_view text) {
  return text.size() == 4 && std::ranges::all_of(text, is_digit) && (text[0] == '1' || text[0] == '2');
}

bool is_date(std::string_view text) {
  if (text.size() != 8 || !std::ranges::all_of(text, is_digit) || !is_year(text.substr(0, 4))) return false;
  return std::chrono::year_month_day(std::chrono::year(number_of(text.substr(0, 4))),
                                     std::chrono::month(static_cast<unsigned>(number_of(text.substr(4, 2)))),
                                     std::chrono::day(static_cast<unsigned>(number_of(text.substr(6, 2)))))
      .ok();
}

bool is_hidden(std::string_view name) {
  return name.starts_with('.');
}

const utf8proc_uint8_t* utf8_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

// Names that look alike must be alike: two ways to spell an é would make two directories.
bool is_normal_form_c(std::string_view text) {
  utf8proc_uint8_t* normal = nullptr;
  const utf8proc_ssize_t length = ::utf8proc_map(utf8_of(text), static_cast<utf8proc_ssize_t>(text.size()), &normal,
                                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(normal, &std::free);
  return length >= 0 &&
         std::string_view(reinterpret_cast<const char*>(normal), static_cast<std::size_t>(length)) == text;
}

bool may_be_seen(std::int32_t code) {
  if (code < 0x80) return code >= 0x20 && code != 0x7F && kForbidden.find(static_cast<char>(code)) == kForbidden.npos;
  switch (::utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CN:  // unassigned
    case UTF8PROC_CATEGORY_CC:  // control
    case UTF8PROC_CATEGORY_CF:  // invisible, turns the direction of text
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:  // a space that is not the space
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

// Why the characters of a name may not be used, or nothing.
std::optional<std::string> wrong_character(std::string_view name) {
  for (std::string_view rest = name; !rest.empty();) {
    std::int32_t code = 0;
    const utf8proc_ssize_t length =
        ::utf8proc_iterate(utf8_of(rest), static_cast<utf8proc_ssize_t>(rest.size()), &code);
    if (length <= 0) return "is no valid UTF-8";
    if (!may_be_seen(code)) {
      const bool is_visible = code > 0x20 && code < 0x7F;
      return is_visible ? fmt::format("contains {}, which may not be in a name", static_cast<char>(code))
                        : fmt::format("contains the invisible or control character U+{:04X}", code);
    }
    rest.remove_prefix(static_cast<std::size_t>(length));
  }
  if (!is_normal_form_c(name)) return "is not in Unicode's normal form C (a letter and its accent are stored apart)";
  return std::nullopt;
}

std::optional<std::string> wrong_shape(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return fmt::format("has {} bytes; {} are allowed", name.size(), kMaxNameBytes);
  if (name.front() == '.' || name.front() == '-' || name.front() == ' ') {
    return fmt::format("begins with '{}'", name.front());
  }
  if (name.back() == '.' || name.back() == ' ') return fmt::format("ends with '{}'", name.back());
  if (name.find("  ") != std::string_view::npos) return "contains two spaces in succession";
  return std::nullopt;
}

std::optional<std::string> reserved_ending(std::string_view name) {
  for (const std::string_view ending : kReservedEndings) {
    if (name.size() < ending.size()) continue;
    const bool is_reserved = std::ranges::equal(name.substr(name.size() - ending.size()), ending, {}, [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (is_reserved) return fmt::format("ends with {}, as only Beamport's own directories do", ending);
  }
  return std::nullopt;
}

// Bytes that are not text must not get into messages.
std::string quoted(std::string_view name) {
  std::string text = "'";
  for (const char c : name.substr(0, kMaxNameBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", byte);
    }
  }
  return text + (name.size() > kMaxNameBytes ? "…'" : "'");
}

Failure refuse(std::string_view name, std::string_view reason) {
  const auto is_text = !wrong_character(name);
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("the name {} {}; rename it", is_text ? fmt::format("'{}'", name) : quoted(name), reason));
}

Failure no_match(std::string_view name) {
  return fail(ErrorCode::kNotFound, fmt::format("{} does not have the form of the pattern", quoted(name)));
}

}  // namespace

Result<void> check_scan_name(std::string_view name) {
  if (const auto reason = wrong_shape(name)) return refuse(name, *reason);
  if (const auto reason = wrong_character(name)) return refuse(name, *reason);
  if (const auto reason = reserved_ending(name)) return refuse(name, *reason);
  return {};
}

Result<std::string> image_path_of(const ScanFields& fields) {
  std::string path;
  for (const std::string* part : {&fields.user, &fields.date}) {
    if (part->empty()) continue;
    BEAMPORT_TRY(check_scan_name(*part));
    path += *part + "/";
  }
  BEAMPORT_TRY(check_scan_name(fields.scan));
  return path + fields.scan + ".ome.zarr";
}

Result<ScanPattern::Piece> ScanPattern::take_piece(std::string_view& text) {
  if (text.front() != '<') {
    const std::string_view literal = text.substr(0, text.find('<'));
    text.remove_prefix(literal.size());
    return Piece{Kind::kLiteral, std::string(literal)};
  }
  constexpr std::array<std::pair<std::string_view, Kind>, 5> kPlaceholders{{{"<year>", Kind::kYear},
                                                                            {"<user>", Kind::kUser},
                                                                            {"<YYYYMMDD>", Kind::kDate},
                                                                            {"<scan>", Kind::kScan},
                                                                            {"<any>", Kind::kAny}}};
  for (const auto& [name, kind] : kPlaceholders) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return Piece{kind, {}};
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("'{}': there are <year>, <user>, <YYYYMMDD>, <scan> and <any>",
                                                       text.substr(0, std::min(text.find('>'), text.size() - 1) + 1)));
}

Result<ScanPattern::Part> ScanPattern::compile_part(std::string_view text) {
  Part part;
  int variable = 0;
  for (std::string_view rest = text; !rest.empty();) {
    BEAMPORT_ASSIGN(Piece piece, take_piece(rest));
    if (piece.kind == Kind::kLiteral) {
      // What cannot be in a name would never match; dots and dashes may stand anywhere but alone.
      if (const auto reason = wrong_character(piece.literal)) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("the part {} {}", quoted(text), *reason));
      }
    } else if (piece.kind != Kind::kYear && piece.kind != Kind::kDate) {
      ++variable;
    }
    part.push_back(std::move(piece));
  }
  if (variable > 1) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}': two of <user>, <scan>, <any> in one name could be read in several ways", text));
  }
  if (part.empty() || text == "." || text == "..") {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is no name of a directory", text));
  }
  return part;
}

Result<ScanPattern> ScanPattern::compile(std::string_view text) {
  const auto complain = in_context(fmt::format("pattern {}", quoted(text)));
  if (text.size() > kMaxPatternBytes) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("a pattern has at most {} bytes", kMaxPatternBytes));
  }
  ScanPattern pattern;
  pattern.text_ = text;
  for (std::string_view rest = text;;) {
    const std::size_t slash = rest.find('/');
    std::string_view name = rest.substr(0, slash);
    if (slash == std::string_view::npos && image::has_tiff_extension(name)) {
      pattern.is_file_ = true;
      name = image::without_tiff_extension(name);
    }
    BEAMPORT_ASSIGN(Part part, compile_part(name).map_error(complain));
    pattern.parts_.push_back(std::move(part));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  BEAMPORT_TRY(pattern.check_placeholders().map_error(complain));
  return pattern;
}

Result<void> ScanPattern::check_placeholders() const {
  if (depth() > kMaxParts) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("has {} levels; {} are allowed", depth(), kMaxParts));
  }
  const auto count = [&](Kind kind) {
    std::ptrdiff_t found = 0;
    for (const Part& part : parts_) found += std::ranges::count(part, kind, &Piece::kind);
    return found;
  };
  if (count(Kind::kScan) != 1) return fail(ErrorCode::kInvalidArgument, "needs <scan> exactly once");
  if (count(Kind::kUser) > 1 || count(Kind::kDate) > 1) {
    return fail(ErrorCode::kInvalidArgument, "may have <user> and <YYYYMMDD> only once each");
  }
  return {};
}

Result<void> ScanPattern::read_level(std::size_t level, std::string_view name, ScanFields& fields) const {
  if (level >= depth() || is_hidden(name)) return no_match(name);
  std::string_view middle = name;
  if (is_file_ && level + 1 == depth()) {
    if (!image::has_tiff_extension(name)) return no_match(name);
    middle = image::without_tiff_extension(name);
  }
  const Part& part = parts_[level];
  const auto width_of = [](const Piece& piece) -> std::size_t {
    return piece.kind == Kind::kYear ? 4 : piece.kind == Kind::kDate ? 8 : piece.literal.size();
  };
  const auto is_variable = [](const Piece& piece) {
    return piece.kind == Kind::kUser || piece.kind == Kind::kScan || piece.kind == Kind::kAny;
  };
  std::size_t fixed = 0;
  for (const Piece& piece : part) fixed += is_variable(piece) ? 0 : width_of(piece);
  if (middle.size() < fixed) return no_match(name);
  const std::size_t free = middle.size() - fixed;  // all of the one variable piece
  ScanFields read = fields;
  std::size_t at = 0;
  for (const Piece& piece : part) {
    const std::string_view text = middle.substr(at, is_variable(piece) ? free : width_of(piece));
    at += text.size();
    switch (piece.kind) {
      case Kind::kLiteral:
        if (text != piece.literal) return no_match(name);
        break;
      case Kind::kYear:
        if (!is_year(text)) return no_match(name);
        break;
      case Kind::kDate:
        if (!is_date(text)) return no_match(name);
        read.date = text;
        break;
      case Kind::kUser:
        if (text.empty()) return no_match(name);
        read.user = text;
        break;
      case Kind::kScan:
        if (text.empty()) return no_match(name);
        read.scan = text;
        break;
      case Kind::kAny:
        if (text.empty()) return no_match(name);
        break;
    }
  }
  if (at != middle.size()) return no_match(name);
  // The whole name goes into paths, messages and the journal; what was read from it, into the path of the image.
  BEAMPORT_TRY(check_scan_name(name));
  for (const std::string* text : {&read.user, &read.scan}) {
    if (!text->empty()) BEAMPORT_TRY(check_scan_name(*text));
  }
  fields = std::move(read);
  return {};
}

Result<ScanFields> ScanPattern::read(std::string_view relative_path) const {
  ScanFields fields;
  std::size_t level = 0;
  for (std::string_view rest = relative_path;; ++level) {
    const std::size_t slash = rest.find('/');
    BEAMPORT_TRY(read_level(level, rest.substr(0, slash), fields));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (level + 1 != depth()) return no_match(relative_path);
  return fields;
}

}  // namespace beamport::ingest
